package io.gatehouse.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record class as the loader and the schema see it. */
record RecordShape(
        TypeRef type, List<Component> components, @Nullable String shorthand) {

    /** One setting. */
    record Component(
            String name,
            TypeRef type,
            @Nullable String fallback,
            boolean nullable,
            @Nullable String doc) {
        boolean required() {
            return fallback == null && !nullable && !type.isCollection();
        }
    }

    static RecordShape of(TypeRef type) {
        List<Component> components = new ArrayList<>();
        for (var component : type.raw().getRecordComponents()) {
            components.add(component(component, type));
        }
        var shorthand = type.raw().getAnnotation(Shorthand.class);
        return new RecordShape(type, List.copyOf(components), shorthand == null ? null : shorthand.value());
    }

    private static Component component(RecordComponent component, TypeRef owner) {
        var fallback = component.getAnnotation(Default.class);
        var doc = component.getAnnotation(Doc.class);
        return new Component(
                component.getName(),
                TypeRef.of(component.getGenericType(), owner),
                fallback == null ? null : fallback.value(),
                component.getAnnotatedType().isAnnotationPresent(Nullable.class),
                doc == null ? null : doc.value());
    }

    List<String> names() {
        return components.stream().map(Component::name).toList();
    }

    boolean has(String name) {
        return names().contains(name);
    }

    /**
     * Makes the record.
     *
     * @throws RuntimeException what its constructor threw
     */
    Object construct(@Nullable Object[] values) {
        var types = components.stream().map(c -> c.type().raw()).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.raw().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
