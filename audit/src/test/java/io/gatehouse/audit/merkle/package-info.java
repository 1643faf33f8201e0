@NullMarked
package io.gatehouse.audit.merkle;

import org.jspecify.annotations.NullMarked;
