/** A filter that refuses clients which are too old: its settings, its factory, and the filter itself. */
package com.example.gatehouse;
