package io.gatehouse.policy.condition;

import com.google.re2j.Pattern;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.Operator;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.SimpleType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a checked syntax tree into nodes. Whatever has no node of its own, down to a part of a condition, is planned. */
final class NodeCompiler {
    private static final Set<CelKind> ORDERED =
            EnumSet.of(CelKind.BOOL, CelKind.INT, CelKind.UINT, CelKind.DOUBLE, CelKind.STRING);
    private static final Set<CelKind> SIZED = EnumSet.of(CelKind.STRING, CelKind.LIST, CelKind.MAP);
    private static final Set<CelKind> NUMBERS = EnumSet.of(CelKind.INT, CelKind.DOUBLE);

    private final CelAbstractSyntaxTree ast;
    private final PlannedCompiler planner;

    NodeCompiler(CelAbstractSyntaxTree ast) {
        this.ast = ast;
        this.planner = new PlannedCompiler(ast);
    }

    Node compile() throws InvalidConditionException {
        return compile(ast.getExpr());
    }

    private Node compile(CelExpr expr) throws InvalidConditionException {
        return switch (expr.getKind()) {
            case CONSTANT -> constant(expr);
            case SELECT -> select(expr);
            case CALL -> call(expr);
            case LIST -> list(expr);
            case IDENT, MAP, STRUCT, COMPREHENSION, NOT_SET -> planner.compile(expr);
        };
    }

    private Node constant(CelExpr expr) throws InvalidConditionException {
        var value = value(expr);
        return value == null ? planner.compile(expr) : new Logic.Literal(value);
    }

    private static @Nullable Object value(CelExpr expr) {
        if (expr.getKind() != CelExpr.ExprKind.Kind.CONSTANT) {
            return null;
        }
        var constant = expr.constant();
        return switch (constant.getKind()) {
            case NULL_VALUE -> constant.nullValue();
            case BOOLEAN_VALUE -> constant.booleanValue();
            case INT64_VALUE -> constant.int64Value();
            case UINT64_VALUE -> constant.uint64Value();
            case DOUBLE_VALUE -> constant.doubleValue();
            case STRING_VALUE -> constant.stringValue();
            case BYTES_VALUE, TIMESTAMP_VALUE, DURATION_VALUE, NOT_SET -> null;
        };
    }

    private Node list(CelExpr expr) throws InvalidConditionException {
        var values = new ArrayList<Object>();
        for (var element : expr.list().elements()) {
            var value = value(element);
            if (value == null) {
                return planner.compile(expr);
            }
            values.add(value);
        }
        return new Logic.Literal(List.copyOf(values));
    }

    private Node select(CelExpr expr) throws InvalidConditionException {
        var read = Syntax.Read.of(expr);
        if (read != null) {
            return expr.select().testOnly()
                    ? new Facts.HasAttribute(read.variable().reader(read.name()))
                    : attribute(expr, read);
        }
        var operand = compile(expr.select().operand());
        var name = expr.select().field();
        return expr.select().testOnly()
                ? new Facts.HasField(operand, name, failure(expr, "not a map, so it has no `" + name + "`"))
                : new Facts.Field(operand, name, failure(expr, "no attribute `" + name + "`"));
    }

    private Node attribute(CelExpr expr, Syntax.Read read) {
        var path = read.variable().word() + "." + read.name();
        return new Facts.Attribute(read.variable().reader(read.name()), failure(expr, "no attribute `" + path + "`"));
    }

    private Node call(CelExpr expr) throws InvalidConditionException {
        var operator = Operator.findReverse(expr.call().function()).orElse(null);
        var operands = Syntax.operands(expr);
        if (operator != null) {
            return operation(expr, operator, operands);
        }
        return switch (expr.call().function()) {
            case "startsWith", "endsWith", "contains" ->
                new Operators.TextTest(
                        expr.call().function(),
                        compile(operands.get(0)),
                        compile(operands.get(1)),
                        failure(expr, "`" + expr.call().function() + "` takes text"));
            case "matches" ->
                new Operators.Matches(
                        compile(operands.get(0)),
                        Pattern.compile(Objects.requireNonNull(Syntax.text(operands.get(1)))),
                        failure(expr, "`matches` takes text"));
            case "size" -> size(expr, operands.get(0));
            case "dyn" -> compile(operands.get(0));
            default -> planner.compile(expr);
        };
    }

    private Node operation(CelExpr expr, Operator operator, List<CelExpr> operands) throws InvalidConditionException {
        return switch (operator) {
            case LOGICAL_AND, LOGICAL_OR ->
                new Logic.Junction(
                        operator == Operator.LOGICAL_OR,
                        compile(operands.get(0)),
                        compile(operands.get(1)),
                        notBoolean(expr));
            case LOGICAL_NOT -> new Logic.Not(compile(operands.get(0)), notBoolean(expr));
            case CONDITIONAL ->
                new Logic.Choice(
                        compile(operands.get(0)), compile(operands.get(1)), compile(operands.get(2)), notBoolean(expr));
            case EQUALS, NOT_EQUALS ->
                new Operators.Equal(
                        operator == Operator.NOT_EQUALS, compile(operands.get(0)), compile(operands.get(1)));
            case LESS, LESS_EQUALS, GREATER, GREATER_EQUALS -> compare(expr, operator, operands);
            case IN -> in(expr, operands.get(0), operands.get(1));
            case INDEX -> index(expr, operands.get(0), operands.get(1));
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO -> arithmetic(expr, operator, operands);
            default -> planner.compile(expr);
        };
    }

    private Node compare(CelExpr expr, Operator operator, List<CelExpr> operands) throws InvalidConditionException {
        var left = compile(operands.get(0));
        var right = compile(operands.get(1));
        return knows(ORDERED, operands.get(0), left) && knows(ORDERED, operands.get(1), right)
                ? new Operators.Compare(operator, left, right, failure(expr, "these two have no order"))
                : planner.compile(expr);
    }

    private Node in(CelExpr expr, CelExpr element, CelExpr collection) throws InvalidConditionException {
        var read = Syntax.Read.of(expr);
        if (read != null) {
            return new Facts.HasAttribute(read.variable().reader(read.name()));
        }
        var left = compile(element);
        var roles = Syntax.Read.of(collection);
        if (collection.getKind() == CelExpr.ExprKind.Kind.SELECT
                && new Syntax.Read(Facts.Variable.PRINCIPAL, Facts.ROLES).equals(roles)
                && !collection.select().testOnly()) {
            return new Operators.InRoles(left);
        }
        var right = compile(collection);
        if (right instanceof Logic.Literal(List<?> list) && list.stream().allMatch(String.class::isInstance)) {
            return new Operators.InTexts(
                    left, Set.copyOf(list.stream().map(String.class::cast).toList()));
        }
        return new Operators.In(left, right, failure(expr, "`in` takes a list or a map"));
    }

    private Node index(CelExpr expr, CelExpr operand, CelExpr key) throws InvalidConditionException {
        var read = Syntax.Read.of(expr);
        if (read != null) {
            return attribute(expr, read);
        }
        var name = Syntax.text(key);
        if (name != null) {
            return new Facts.Field(compile(operand), name, failure(expr, "no attribute `" + name + "`"));
        }
        if (key.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                && key.constant().getKind() == CelConstant.Kind.INT64_VALUE
                && kind(operand) != CelKind.MAP) {
            var index = key.constant().int64Value();
            return new Facts.Element(compile(operand), index, failure(expr, "no element " + index));
        }
        return planner.compile(expr);
    }

    private Node arithmetic(CelExpr expr, Operator operator, List<CelExpr> operands) throws InvalidConditionException {
        if (!NUMBERS.contains(kind(operands.get(0))) && !NUMBERS.contains(kind(operands.get(1)))) {
            return planner.compile(expr);
        }
        return new Arithmetic(
                operator,
                compile(operands.get(0)),
                compile(operands.get(1)),
                failure(expr, "not two numbers of one type"),
                failure(expr, "division by zero, or a number too large"));
    }

    private Node size(CelExpr expr, CelExpr operand) throws InvalidConditionException {
        var node = compile(operand);
        return knows(SIZED, operand, node)
                ? new Operators.Size(node, failure(expr, "`size` takes text, a list or a map"))
                : planner.compile(expr);
    }

    /** Whether every value that {@code node} can come to is one that own nodes know: the planner also makes others. */
    private boolean knows(Set<CelKind> kinds, CelExpr expr, Node node) {
        return kinds.contains(kind(expr)) || (kind(expr) == CelKind.DYN && !node.planned());
    }

    private CelKind kind(CelExpr expr) {
        return ast.getType(expr.id()).orElse(SimpleType.DYN).kind();
    }

    private Truth.Failure notBoolean(CelExpr expr) {
        return failure(expr, "expected true or false");
    }

    private Truth.Failure failure(CelExpr expr, String message) {
        return new Truth.Failure(message + " (" + Syntax.position(ast, expr) + ")");
    }
}
