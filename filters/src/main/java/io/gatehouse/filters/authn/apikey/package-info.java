/** Clients known by an API key. */
@NullMarked
package io.gatehouse.filters.authn.apikey;

import org.jspecify.annotations.NullMarked;
