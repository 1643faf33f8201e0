/** JSON as approvals need it: read strictly, written canonically (RFC 8785). */
@NullMarked
package io.gatehouse.adapters.json;

import org.jspecify.annotations.NullMarked;
