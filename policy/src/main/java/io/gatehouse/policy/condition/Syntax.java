package io.gatehouse.policy.condition;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.Operator;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reading a checked syntax tree. */
final class Syntax {
    private Syntax() {}

    /** Target and arguments of a call. */
    static List<CelExpr> operands(CelExpr call) {
        var operands = new ArrayList<CelExpr>();
        call.call().target().ifPresent(operands::add);
        operands.addAll(call.call().args());
        return operands;
    }

    static List<CelExpr> children(CelExpr expr) {
        return switch (expr.getKind()) {
            case SELECT -> List.of(expr.select().operand());
            case CALL -> operands(expr);
            case LIST -> expr.list().elements();
            case MAP ->
                expr.map().entries().stream()
                        .<CelExpr>mapMulti((entry, sink) -> {
                            sink.accept(entry.key());
                            sink.accept(entry.value());
                        })
                        .toList();
            case COMPREHENSION -> {
                var c = expr.comprehension();
                yield List.of(c.iterRange(), c.accuInit(), c.loopCondition(), c.loopStep(), c.result());
            }
            case CONSTANT, IDENT, STRUCT, NOT_SET -> List.of();
        };
    }

    static boolean isCall(CelExpr expr, Operator operator) {
        return expr.getKind() == Kind.CALL && expr.call().function().equals(operator.getFunction());
    }

    /** The text of a string literal, else {@code null}. */
    static @Nullable String text(CelExpr expr) {
        return expr.getKind() == Kind.CONSTANT && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? expr.constant().stringValue()
                : null;
    }

    static Facts.@Nullable Variable variable(CelExpr expr) {
        if (expr.getKind() == Kind.IDENT) {
            for (var variable : Facts.Variable.values()) {
                if (expr.ident().name().equals(variable.word())) {
                    return variable;
                }
            }
        }
        return null;
    }

    /** An attribute that is read by name: {@code principal.x}, {@code principal["x"]}, {@code "x" in principal}. */
    record Read(Facts.Variable variable, String name) {
        static @Nullable Read of(CelExpr expr) {
            if (expr.getKind() == Kind.SELECT) {
                return of(expr.select().operand(), expr.select().field());
            }
            if (isCall(expr, Operator.INDEX)) {
                return of(expr.call().args().get(0), text(expr.call().args().get(1)));
            }
            if (isCall(expr, Operator.IN)) {
                return of(expr.call().args().get(1), text(expr.call().args().get(0)));
            }
            return null;
        }

        private static @Nullable Read of(CelExpr of, @Nullable String name) {
            var variable = Syntax.variable(of);
            return variable == null || name == null ? null : new Read(variable, name);
        }
    }

    /** {@code LINE:COLUMN} of {@code expr}. */
    static String position(CelAbstractSyntaxTree ast, CelExpr expr) {
        var source = ast.getSource();
        var offset = source.getPositionsMap().get(expr.id());
        return offset == null
                ? "1:1"
                : source.getOffsetLocation(offset)
                        .map(at -> at.getLine() + ":" + (at.getColumn() + 1))
                        .orElse("1:1");
    }
}
