/** The runner of filter chains. */
@NullMarked
package io.gatehouse.proxy.filter;

import org.jspecify.annotations.NullMarked;
