package io.gatehouse.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A class with its type arguments, all of them known. */
record TypeRef(Class<?> raw, List<TypeRef> arguments) {

    static TypeRef of(Class<?> type) {
        return new TypeRef(type, List.of());
    }

    /** The type of something declared inside of {@code owner}, whose variables stand for its arguments. */
    static TypeRef of(Type type, TypeRef owner) {
        return resolve(type, owner.variables());
    }

    private static TypeRef resolve(Type type, Map<String, TypeRef> variables) {
        if (type instanceof Class<?> plain) {
            return of(plain);
        }
        if (type instanceof TypeVariable<?> variable && variables.containsKey(variable.getName())) {
            return variables.get(variable.getName());
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            List<TypeRef> arguments = new ArrayList<>();
            for (var argument : generic.getActualTypeArguments()) {
                arguments.add(resolve(argument, variables));
            }
            return new TypeRef(raw, List.copyOf(arguments));
        }
        if (type instanceof WildcardType wildcard) {
            return resolve(wildcard.getUpperBounds()[0], variables);
        }
        throw new IllegalStateException("cannot be read from a file: " + type);
    }

    private Map<String, TypeRef> variables() {
        Map<String, TypeRef> variables = new HashMap<>();
        var declared = raw.getTypeParameters();
        for (int i = 0; i < Math.min(declared.length, arguments.size()); i++) {
            variables.put(declared[i].getName(), arguments.get(i));
        }
        return variables;
    }

    TypeRef argument(int index) {
        return arguments.get(index);
    }

    boolean isCollection() {
        return raw == List.class || raw == Set.class || raw == Map.class;
    }
}
