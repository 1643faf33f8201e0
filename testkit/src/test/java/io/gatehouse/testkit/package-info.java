/** The testkit is itself tested. */
@NullMarked
package io.gatehouse.testkit;

import org.jspecify.annotations.NullMarked;
