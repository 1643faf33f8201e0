/** The log in files: queue, writer, segments, tiles, recovery, reading, and offline verification. */
@NullMarked
package io.gatehouse.audit.file;

import org.jspecify.annotations.NullMarked;
