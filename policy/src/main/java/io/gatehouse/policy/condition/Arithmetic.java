package io.gatehouse.policy.condition;

import dev.cel.common.Operator;
import io.gatehouse.policy.AccessRequest;

/** {@code + - * / %} on two ints or two doubles; an int that overflows is a failure. Allocates what does not fit a cached box. */
record Arithmetic(Operator operator, Node left, Node right, Truth.Failure mistyped, Truth.Failure overflow)
        implements Node {
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
        if (x instanceof Long a && y instanceof Long b) {
            return onInts(a, b);
        }
        return x instanceof Double a && y instanceof Double b ? onDoubles(a, b) : mistyped;
    }

    private Object onInts(long a, long b) {
        try {
            return switch (operator) {
                case ADD -> Math.addExact(a, b);
                case SUBTRACT -> Math.subtractExact(a, b);
                case MULTIPLY -> Math.multiplyExact(a, b);
                case DIVIDE -> Math.divideExact(a, b);
                case MODULO -> a % b;
                default -> throw new IllegalStateException(operator.name());
            };
        } catch (ArithmeticException e) {
            return overflow;
        }
    }

    private Object onDoubles(double a, double b) {
        return switch (operator) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MODULO -> mistyped;
            default -> throw new IllegalStateException(operator.name());
        };
    }

    @Override
    public boolean planned() {
        return left.planned() || right.planned();
    }
}
