/** What tests of every module stand on: raw client, scripted origin, movable clock, leak and blocking checks. */
@NullMarked
package io.gatehouse.testkit;

import org.jspecify.annotations.NullMarked;
