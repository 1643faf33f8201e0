package io.gatehouse.policy.condition;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelErrorCode;
import dev.cel.common.Operator;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.runtime.CelEvaluationException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Hands a part of a checked condition to CEL's planner. */
final class PlannedCompiler {
    /** These take the error of an operand for what it is. */
    private static final Set<String> ERROR_AWARE = Set.of(
            Operator.LOGICAL_AND.getFunction(),
            Operator.LOGICAL_OR.getFunction(),
            Operator.LOGICAL_NOT.getFunction(),
            Operator.CONDITIONAL.getFunction(),
            Operator.NOT_STRICTLY_FALSE.getFunction());

    private final CelAbstractSyntaxTree ast;

    PlannedCompiler(CelAbstractSyntaxTree ast) {
        this.ast = ast;
    }

    Planned compile(CelExpr expr) throws InvalidConditionException {
        refuseErrorsAsValues(expr);
        var part = CelAbstractSyntaxTree.newCheckedAst(expr, ast.getSource(), ast.getReferenceMap(), ast.getTypeMap());
        var reads = new ArrayList<Planned.Input>();
        collectReads(expr, reads);
        try {
            return new Planned(CelLanguage.CEL.createProgram(part), List.copyOf(reads), failures(expr));
        } catch (CelEvaluationException e) {
            throw new InvalidConditionException(List.of(Syntax.position(ast, expr) + ": cannot be evaluated"));
        }
    }

    private Map<CelErrorCode, Truth.Failure> failures(CelExpr expr) {
        var failures = new EnumMap<CelErrorCode, Truth.Failure>(CelErrorCode.class);
        for (var code : CelErrorCode.values()) {
            var words = code.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            failures.put(code, new Truth.Failure(words + " (" + Syntax.position(ast, expr) + ")"));
        }
        return failures;
    }

    private static void collectReads(CelExpr expr, List<Planned.Input> reads) {
        var read = Syntax.Read.of(expr);
        if (read != null) {
            var input = new Planned.Input(
                    read.variable().word(), read.name(), read.variable().reader(read.name()));
            if (reads.stream()
                    .noneMatch(r ->
                            r.variable().equals(input.variable()) && r.name().equals(input.name()))) {
                reads.add(input);
            }
        }
        for (var child : Syntax.children(expr)) {
            collectReads(child, reads);
        }
    }

    /**
     * The planner lets the error of {@code &&} and {@code ||} flow on as a value, so that {@code (a.missing && b) == c} is false
     * there instead of an error, and a forbid would silently not match. Refused.
     */
    private void refuseErrorsAsValues(CelExpr expr) throws InvalidConditionException {
        boolean aware = expr.getKind() == Kind.COMPREHENSION
                || (expr.getKind() == Kind.CALL
                        && ERROR_AWARE.contains(expr.call().function()));
        for (var child : Syntax.children(expr)) {
            if (!aware && errorAsValue(child)) {
                throw new InvalidConditionException(List.of(Syntax.position(ast, child)
                        + ": a logical expression cannot be a value here, write it as a condition of its own"));
            }
            refuseErrorsAsValues(child);
        }
    }

    private static boolean errorAsValue(CelExpr expr) {
        return switch (expr.getKind()) {
            case CALL ->
                Syntax.isCall(expr, Operator.LOGICAL_AND)
                        || Syntax.isCall(expr, Operator.LOGICAL_OR)
                        || (Syntax.isCall(expr, Operator.CONDITIONAL)
                                && (errorAsValue(expr.call().args().get(1))
                                        || errorAsValue(expr.call().args().get(2))));
            case COMPREHENSION ->
                errorAsValue(expr.comprehension().loopStep())
                        || errorAsValue(expr.comprehension().result());
            case CONSTANT, IDENT, SELECT, LIST, MAP, STRUCT, NOT_SET -> false;
        };
    }
}
