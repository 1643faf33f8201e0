package io.gatehouse.proxy.filter;

/**
 * A typed slot on the {@link Exchange}, compared by identity: keep it in a static final field.
 *
 * @param <T> what is kept there
 */
@SuppressWarnings("UnusedTypeParameter") // the type parameter is what makes the slot typed
public final class Key<T> {
    private final String name;

    /** {@code name} is for debugging only. */
    public Key(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
