/** Tests. */
@NullMarked
package io.gatehouse.filters.authn.apikey;

import org.jspecify.annotations.NullMarked;
