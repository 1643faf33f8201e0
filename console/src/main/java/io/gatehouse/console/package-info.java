/** The approver page: static ES modules, and their bytes as the admin listener serves them. */
@NullMarked
package io.gatehouse.console;

import org.jspecify.annotations.NullMarked;
