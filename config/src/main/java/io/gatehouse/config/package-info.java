/** Strict loading of YAML into records: every error at once, each with line, column and what was expected. */
@NullMarked
package io.gatehouse.config;

import org.jspecify.annotations.NullMarked;
