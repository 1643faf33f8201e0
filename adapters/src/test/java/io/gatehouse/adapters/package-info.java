/** What the tests of engines share. */
@NullMarked
package io.gatehouse.adapters;

import org.jspecify.annotations.NullMarked;
