package io.gatehouse.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Keeps the module table of {@code docs/architecture.md} true. */
class ArchitectureTest {
    /** By root package under {@code io.gatehouse}: what it may use directly. What those may use, it may use as well. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            entry("config", Set.of()),
            entry("policy", Set.of()),
            entry("audit", Set.of()),
            entry("console", Set.of()),
            entry("proxy", Set.of("config", "policy")),
            entry("approvals", Set.of("policy", "audit")),
            entry("filters", Set.of("proxy", "policy", "approvals", "audit")),
            entry("adapters", Set.of("proxy", "approvals", "audit")),
            entry("stores", Set.of("approvals", "audit", "policy")),
            entry("admin", Set.of("proxy", "approvals", "audit", "policy", "console")),
            entry("gateway", Set.of("config", "filters", "adapters", "stores", "admin")));

    /** The packages of the data plane under {@code io.gatehouse.proxy}: each may use those behind it. */
    private static final List<String> DATA_PLANE = List.of(
            "http", "http.client", "http.exchange", "http.origin", "http.target", "http.transport", "http.message");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.gatehouse");

    private static Set<String> reachable(String module) {
        return MAY_USE.getOrDefault(module, Set.of()).stream()
                .flatMap(used -> Stream.concat(Stream.of(used), reachable(used).stream()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String root(String module) {
        return "io.gatehouse." + module + "..";
    }

    private static DescribedPredicate<JavaClass> in(String... packages) {
        return resideInAnyPackage(packages);
    }

    @TestFactory
    Stream<DynamicTest> usesOnlyWhatTheTableAllows() {
        return MAY_USE.keySet().stream()
                .sorted()
                .map(module -> DynamicTest.dynamicTest(module, () -> {
                    var allowed = Stream.concat(Stream.of(module), reachable(module).stream())
                            .map(ArchitectureTest::root)
                            .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage(root(module))
                            .should()
                            .dependOnClassesThat(in("io.gatehouse..").and(resideOutsideOfPackages(allowed)))
                            .allowEmptyShould(true)
                            .check(CLASSES);
                }));
    }

    @Test
    void listsEveryModule() {
        var found = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .map(name -> name.split("\\.", -1)[2])
                .filter(module -> !module.equals("testkit"))
                .collect(Collectors.toSet());
        assertThat(MAY_USE.keySet()).containsAll(found);
    }

    @Test
    void hasNoCyclesBetweenModules() {
        slices().matching("io.gatehouse.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @TestFactory
    Stream<DynamicTest> readsTheDataPlaneInOneDirection() {
        return IntStream.range(1, DATA_PLANE.size()).mapToObj(i -> {
            var before = DATA_PLANE.subList(0, i).stream()
                    .map(name -> "io.gatehouse.proxy." + name)
                    .toArray(String[]::new);
            return DynamicTest.dynamicTest(
                    DATA_PLANE.get(i),
                    () -> noClasses()
                            .that()
                            .resideInAPackage("io.gatehouse.proxy." + DATA_PLANE.get(i))
                            .should()
                            .dependOnClassesThat(in(before))
                            .check(CLASSES));
        });
    }

    @Test
    void judgesWithoutNetworkOrFiles() {
        noClasses()
                .that()
                .resideInAPackage(root("policy"))
                .should()
                .dependOnClassesThat(
                        in("io.netty..", "reactor..", "java.nio.file..", "java.nio.channels..", "java.sql..")
                                .or(in("java.net..").and(notNamed("java.net.URI", "java.net.InetAddress")))
                                .or(in("java.io..").and(notNamed("java.io.Serial", "java.io.Serializable"))))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void keepsNettyOutOfTheDomains() {
        noClasses()
                .that()
                .resideInAnyPackage(root("config"), root("audit"), root("approvals"), root("stores"))
                .should()
                .dependOnClassesThat(in("io.netty..", "reactor.netty.."))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void servesPublicTrafficOnItsOwnPipelineOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(root("proxy"), root("filters"), root("adapters"))
                .should()
                .dependOnClassesThat(in("reactor.netty.http.server.."))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void usesNeitherOldJacksonNorOtherLoggers() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        in("com.fasterxml.jackson.databind..", "java.util.logging..", "org.apache.commons.logging.."))
                .check(CLASSES);
    }

    @Test
    void namesClassesByWhatTheyAre() {
        noClasses()
                .should()
                .haveNameMatching(".*(Utils?|Helper|Manager|Impl)")
                .orShould()
                .haveSimpleNameStartingWith("Abstract")
                .orShould()
                .haveSimpleNameStartingWith("Base")
                .check(CLASSES);
    }

    @Test
    void marksEveryPackageForNullness() {
        var unmarked = CLASSES.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(found -> !found.isAnnotatedWith(NullMarked.class))
                .map(found -> found.getName())
                .toList();
        assertThat(unmarked).isEmpty();
    }

    private static DescribedPredicate<JavaClass> notNamed(String... names) {
        var all = Set.of(names);
        return DescribedPredicate.describe("not " + all, found -> !all.contains(found.getName()));
    }
}
