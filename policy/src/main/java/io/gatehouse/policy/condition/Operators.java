package io.gatehouse.policy.condition;

import com.google.re2j.Pattern;
import dev.cel.common.Operator;
import io.gatehouse.policy.AccessRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Operators and functions on values; each fails where an operand does, the left one first. */
final class Operators {
    private Operators() {}

    /** {@code ==}, {@code !=}. */
    record Equal(boolean negated, Node left, Node right) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var x = left.eval(request);
            if (x instanceof Truth.Failure) {
                return x;
            }
            var y = right.eval(request);
            return y instanceof Truth.Failure ? y : (Object) (Values.equal(x, y) != negated);
        }

        @Override
        public boolean planned() {
            return left.planned() || right.planned();
        }
    }

    /** {@code <}, {@code <=}, {@code >}, {@code >=}. */
    record Compare(Operator operator, Node left, Node right, Truth.Failure unordered) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var x = left.eval(request);
            if (x instanceof Truth.Failure) {
                return x;
            }
            var y = right.eval(request);
            if (y instanceof Truth.Failure) {
                return y;
            }
            return Values.ordered(x, y) ? (Object) holds(x, y) : unordered;
        }

        private boolean holds(Object x, Object y) {
            return switch (operator) {
                case LESS -> Values.less(x, y);
                case LESS_EQUALS -> Values.lessOrEqual(x, y);
                case GREATER -> Values.less(y, x);
                case GREATER_EQUALS -> Values.lessOrEqual(y, x);
                default -> throw new IllegalStateException(operator.name());
            };
        }

        @Override
        public boolean planned() {
            return left.planned() || right.planned();
        }
    }

    /** {@code x in y}. */
    record In(Node left, Node right, Truth.Failure notCollection) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var x = left.eval(request);
            if (x instanceof Truth.Failure) {
                return x;
            }
            return switch (right.eval(request)) {
                case List<?> list -> Values.in(x, list);
                case Map<?, ?> map -> Values.in(x, map);
                case Truth.Failure failure -> failure;
                default -> notCollection;
            };
        }

        @Override
        public boolean planned() {
            return left.planned() || right.planned();
        }
    }

    /** {@code x in ["a", "b"]}: a list of text only. */
    record InTexts(Node left, Set<String> texts) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var x = left.eval(request);
            return x instanceof Truth.Failure ? x : (Object) (x instanceof String s && texts.contains(s));
        }

        @Override
        public boolean planned() {
            return left.planned();
        }
    }

    /** {@code x in principal.roles}, on the set itself. */
    record InRoles(Node left) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var x = left.eval(request);
            return x instanceof Truth.Failure
                    ? x
                    : (Object) (x instanceof String s
                            && request.principal().roles().contains(s));
        }

        @Override
        public boolean planned() {
            return left.planned();
        }
    }

    /** {@code x.startsWith(y)}, {@code x.endsWith(y)}, {@code x.contains(y)}. */
    record TextTest(String function, Node left, Node right, Truth.Failure notText) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var x = left.eval(request);
            if (x instanceof Truth.Failure) {
                return x;
            }
            var y = right.eval(request);
            if (y instanceof Truth.Failure) {
                return y;
            }
            return x instanceof String s && y instanceof String t ? (Object) holds(s, t) : notText;
        }

        private boolean holds(String text, String part) {
            return switch (function) {
                case "startsWith" -> text.startsWith(part);
                case "endsWith" -> text.endsWith(part);
                case "contains" -> text.contains(part);
                default -> throw new IllegalStateException(function);
            };
        }

        @Override
        public boolean planned() {
            return left.planned() || right.planned();
        }
    }

    /** {@code x.matches("PATTERN")}: found anywhere in x, in time linear in its length. */
    record Matches(Node left, Pattern pattern, Truth.Failure notText) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var x = left.eval(request);
            if (x instanceof String s) {
                return pattern.matcher(s).find();
            }
            return x instanceof Truth.Failure ? x : notText;
        }

        @Override
        public boolean planned() {
            return left.planned();
        }
    }

    /** {@code size(x)}: code points of text, entries of a list or map. */
    record Size(Node operand, Truth.Failure unsized) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            return switch (operand.eval(request)) {
                case String s -> (long) s.codePointCount(0, s.length());
                case List<?> list -> (long) list.size();
                case Map<?, ?> map -> (long) map.size();
                case Truth.Failure failure -> failure;
                default -> unsized;
            };
        }

        @Override
        public boolean planned() {
            return operand.planned();
        }
    }
}
