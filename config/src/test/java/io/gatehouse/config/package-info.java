/** Tests of the loader and the schema. */
@NullMarked
package io.gatehouse.config;

import org.jspecify.annotations.NullMarked;
