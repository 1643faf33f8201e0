@NullMarked
package io.gatehouse.audit.file;

import org.jspecify.annotations.NullMarked;
