/** The admin listener: health, metrics, and the approver's side of approvals, for people and their tools. */
@NullMarked
package io.gatehouse.admin;

import org.jspecify.annotations.NullMarked;
