package io.gatehouse.policy.condition;

import io.gatehouse.policy.AccessRequest;

/** Logical operators. {@code &&} and {@code ||} are commutative in errors: a side that decides hides the other's failure. */
final class Logic {
    private Logic() {}

    record Literal(Object value) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            return value;
        }

        @Override
        public boolean planned() {
            return false;
        }
    }

    /** {@code &&} where {@code decisive} is false, {@code ||} where it is true. */
    record Junction(boolean decisive, Node left, Node right, Truth.Failure notBoolean) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var first = side(left.eval(request));
            if (first instanceof Boolean b && b == decisive) {
                return first;
            }
            var second = side(right.eval(request));
            if (second instanceof Boolean b && b == decisive) {
                return second;
            }
            return first instanceof Truth.Failure ? first : second;
        }

        private Object side(Object value) {
            return value instanceof Boolean || value instanceof Truth.Failure ? value : notBoolean;
        }

        @Override
        public boolean planned() {
            return left.planned() || right.planned();
        }
    }

    record Not(Node operand, Truth.Failure notBoolean) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var value = operand.eval(request);
            if (value instanceof Boolean b) {
                return !b;
            }
            return value instanceof Truth.Failure ? value : notBoolean;
        }

        @Override
        public boolean planned() {
            return operand.planned();
        }
    }

    /** {@code condition ? yes : no}; only the chosen side is evaluated. */
    record Choice(Node condition, Node yes, Node no, Truth.Failure notBoolean) implements Node {
        @Override
        public Object eval(AccessRequest request) {
            var value = condition.eval(request);
            if (value instanceof Boolean b) {
                return b ? yes.eval(request) : no.eval(request);
            }
            return value instanceof Truth.Failure ? value : notBoolean;
        }

        @Override
        public boolean planned() {
            return condition.planned() || yes.planned() || no.planned();
        }
    }
}
