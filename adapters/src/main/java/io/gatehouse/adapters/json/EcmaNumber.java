package io.gatehouse.adapters.json;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Writes a double as ECMAScript's {@code Number::toString} does, which RFC 8785 prescribes. {@link Double#toString} finds the
 * same shortest digits, except that it prefers two digits to one: {@code 4.9E-324} where ECMAScript has {@code 5e-324}.
 */
final class EcmaNumber {
    private EcmaNumber() {}

    /** @throws JsonRefusedException for infinities and NaN, that JSON cannot hold */
    static String format(double value) {
        if (!Double.isFinite(value)) {
            throw new JsonRefusedException("a number is beyond what JSON can hold");
        }
        if (value == 0) {
            return "0";
        }
        var magnitude = shortest(Math.abs(value));
        var digits = magnitude.unscaledValue().toString();
        // the value is 0.DIGITS x 10^point
        int point = digits.length() - magnitude.scale();
        return (value < 0 ? "-" : "") + layout(digits, point);
    }

    private static BigDecimal shortest(double value) {
        var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (decimal.precision() != 2) {
            return decimal;
        }
        var exact = new BigDecimal(value);
        BigDecimal best = null;
        for (var rounding : new RoundingMode[] {RoundingMode.DOWN, RoundingMode.UP}) {
            var one = decimal.setScale(decimal.scale() - 1, rounding);
            boolean same = one.doubleValue() == value;
            if (same && (best == null || distance(one, exact).compareTo(distance(best, exact)) < 0)) {
                best = one.stripTrailingZeros();
            }
        }
        return best == null ? decimal : best;
    }

    private static BigDecimal distance(BigDecimal a, BigDecimal b) {
        return a.subtract(b).abs();
    }

    private static String layout(String digits, int point) {
        int count = digits.length();
        if (count <= point && point <= 21) {
            return digits + "0".repeat(point - count);
        }
        if (0 < point && point <= 21) {
            return digits.substring(0, point) + "." + digits.substring(point);
        }
        if (-6 < point && point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        int exponent = point - 1;
        var mantissa = count == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
    }
}
