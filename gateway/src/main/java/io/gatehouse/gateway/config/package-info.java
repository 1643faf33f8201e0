/** The configuration as a whole: the root record, filters and engines by name, and the checks across settings. */
@NullMarked
package io.gatehouse.gateway.config;

import org.jspecify.annotations.NullMarked;
