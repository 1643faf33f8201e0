package io.gatehouse.policy.condition;

import io.gatehouse.policy.AccessRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reading what a request says: the four variables, their attributes, and what lies within these. */
final class Facts {
    static final String ROLES = "roles";

    private Facts() {}

    /** The variables of a condition. */
    enum Variable {
        PRINCIPAL,
        ACTION,
        RESOURCE,
        CONTEXT;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** How {@code name} is read from this variable; fields of the vocabulary come before attributes of that name. */
        Reader reader(String name) {
            return switch (this) {
                case PRINCIPAL ->
                    switch (name) {
                        case "type" -> request -> request.principal().type();
                        case "id" -> request -> request.principal().id();
                        case "tenant" -> request -> request.principal().tenant();
                        case ROLES -> request -> sorted(request.principal().roles());
                        default -> request -> request.principal().attributes().get(name);
                    };
                case ACTION ->
                    switch (name) {
                        case "type" -> request -> request.action().type();
                        case "id" -> request -> request.action().id();
                        default -> request -> request.action().attributes().get(name);
                    };
                case RESOURCE ->
                    switch (name) {
                        case "type" -> request -> request.resource().type();
                        case "id" -> request -> request.resource().id();
                        default -> request -> request.resource().attributes().get(name);
                    };
                case CONTEXT -> request -> request.context().get(name);
            };
        }

        private static List<String> sorted(Iterable<String> roles) {
            var list = new ArrayList<String>();
            roles.forEach(list::add);
            Collections.sort(list);
            return list;
        }
    }

    /** Reads one named fact; {@code null} where it is absent. */
    @FunctionalInterface
    interface Reader {
        @Nullable
        Object read(AccessRequest request);
    }

    /** {@code principal.NAME}. */
    record Attribute(Reader reader, Truth.Failure missing) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var value = reader.read(request);
            return value == null ? missing : Values.of(value);
        }

        @Override
        public boolean planned() {
            return false;
        }
    }

    /** {@code has(principal.NAME)}. */
    record HasAttribute(Reader reader) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            return reader.read(request) != null;
        }

        @Override
        public boolean planned() {
            return false;
        }
    }

    /** {@code x.NAME}, {@code x["NAME"]}. */
    record Field(Node operand, String name, Truth.Failure missing) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var value = operand.eval(request);
            if (!(value instanceof Map<?, ?> map)) {
                return value instanceof Truth.Failure ? value : missing;
            }
            var field = map.get(name);
            return field != null ? Values.of(field) : map.containsKey(name) ? Values.of(null) : missing;
        }

        @Override
        public boolean planned() {
            return operand.planned();
        }
    }

    /** {@code has(x.NAME)}. */
    record HasField(Node operand, String name, Truth.Failure notMap) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var value = operand.eval(request);
            if (value instanceof Map<?, ?> map) {
                return map.containsKey(name);
            }
            return value instanceof Truth.Failure ? value : notMap;
        }

        @Override
        public boolean planned() {
            return operand.planned();
        }
    }

    /** {@code x[2]}. */
    record Element(Node operand, long index, Truth.Failure missing) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var value = operand.eval(request);
            if (value instanceof List<?> list && index >= 0 && index < list.size()) {
                return Values.of(list.get((int) index));
            }
            return value instanceof Truth.Failure ? value : missing;
        }

        @Override
        public boolean planned() {
            return operand.planned();
        }
    }
}
