package io.gatehouse.gateway.config;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;

/** Where the gateway keeps what must outlive it. */
public record StoresConfig(
        @Doc("sqlite:PATH") @Default("sqlite:data/gatehouse.db")
        SqliteLocation database) {}
