/** Tests of strict and canonical JSON. */
@NullMarked
package io.gatehouse.adapters.json;

import org.jspecify.annotations.NullMarked;
