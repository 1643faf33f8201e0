/** The admin listener over real sockets, with the real approval service on SQLite, and the page in a real browser. */
@NullMarked
package io.gatehouse.admin;

import org.jspecify.annotations.NullMarked;
