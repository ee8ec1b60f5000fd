using System.Reflection;
using Microsoft.Build.Utilities;
using Mono.Cecil;
using Plrs.MLNet.Build;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

/// <summary>
/// The repair of Microsoft.ML.TorchSharp.dll, and the task that asks for it. That the repaired one trains: MLNetTrainerTests.
/// </summary>
[TestClass]
public sealed class MLNetTorchSharpRepairTests
{
    private const string Interpolate =
        "TorchSharp.torch/Tensor " +
        "TorchSharp.torch/nn/functional::interpolate(TorchSharp.torch/" +
        "Tensor,System.Int64[],System.Double[],TorchSharp.torch/InterpolationMode,System.Nullable`1<System.Boolean>,System.Boolean)";

    private static readonly string PackageFile =
        typeof(MLNetTorchSharpRepairTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(
            attribute => attribute.Key == "Microsoft.ML.TorchSharp").Value!;

    private static readonly byte[] Original = File.ReadAllBytes(PackageFile);

    public static IEnumerable<string> Versions => MLNetTorchSharpAssembly.Versions;

    [TestMethod]
    [DynamicData(nameof(Versions))]
    public void WhatThePackageLacksOfTorchSharpTheRepairedCopyDoesNot(string version)
    {
        var original = OriginalOf(version);

        Assert.AreEqual(version, MLNetTorchSharpAssembly.VersionOf(original));
        Assert.AreEqual(Interpolate, string.Join('\n', MissingIn(original)));
        Assert.AreEqual("", string.Join('\n', MissingIn(MLNetTorchSharpAssembly.Repair(original))));
    }

    [TestMethod]
    [DynamicData(nameof(Versions))]
    public void NoInitialisationDisposesOfItsWeight(string version)
    {
        var original = OriginalOf(version);

        Assert.AreEqual(4, Disposals(original));
        Assert.AreEqual(0, Disposals(MLNetTorchSharpAssembly.Repair(original)));
    }

    [TestMethod]
    public void TheRepairedCopyHasTheSameNameAndIsTheSameEveryTime()
    {
        var repaired = MLNetTorchSharpAssembly.Repair(Original);
        using var before = Read(Original);
        using var after = Read(repaired);

        Assert.AreEqual(before.FullName, after.FullName);
        CollectionAssert.AreEqual(repaired, MLNetTorchSharpAssembly.Repair(Original));
    }

    [TestMethod]
    public void OnlyTheUntouchedAssemblyIsKnown()
    {
        Assert.AreEqual(MLNetTorchSharpAssembly.NewestVersion, MLNetTorchSharpAssembly.VersionOf(Original));
        Assert.IsNull(MLNetTorchSharpAssembly.VersionOf(MLNetTorchSharpAssembly.Repair(Original)));
        Assert.IsNull(MLNetTorchSharpAssembly.VersionOf([]));
    }

    [TestMethod]
    [DataRow("true")]
    [DataRow("True")]
    public void ACopyIsMadeWhereItIsAskedFor(string mode)
    {
        using var folder = new TemporaryFolder();
        var (task, log) = Create(folder, PackageFile, mode);

        Assert.IsTrue(task.Execute(), string.Join('\n', log.Errors));

        var copy = task.Copies.Single();
        Assert.AreEqual(folder.File("obj", "lib", "net8.0", "Microsoft.ML.TorchSharp.dll"), copy.ItemSpec);
        Assert.AreEqual(PackageFile, copy.GetMetadata("Replaces"));
        CollectionAssert.AreEqual(MLNetTorchSharpAssembly.Repair(Original), File.ReadAllBytes(copy.ItemSpec));
        CollectionAssert.AreEqual(Original, File.ReadAllBytes(PackageFile));
        Assert.IsEmpty(log.Warnings);
    }

    [TestMethod]
    [DataRow("0.24.0", "")]
    [DataRow("0.23.1", " The version made for this ML.NET is 0.24.0.")]
    public void WithoutThePropertyThereIsAWarning(string version, string newer)
    {
        using var folder = new TemporaryFolder();
        var (task, log) = Create(folder, FileOf(version), mode: "");

        Assert.IsTrue(task.Execute());

        Assert.IsEmpty(task.Copies);
        Assert.AreEqual(
            $"PLRS001: Microsoft.ML.TorchSharp {version} cannot train with the TorchSharp that Plrs.MLNet needs. " +
            $"Set the property RepairMLNetTorchSharp to true for a repaired copy in the output, or to false to go without.{newer}",
            log.Warnings.Single());
    }

    [TestMethod]
    public void FalseSaysNothingAndDoesNothing()
    {
        using var folder = new TemporaryFolder();
        var (task, log) = Create(folder, PackageFile, mode: "false");

        Assert.IsTrue(task.Execute());
        Assert.IsEmpty(task.Copies);
        Assert.IsEmpty(log.Warnings);
    }

    [TestMethod]
    public void AnotherVersionIsRefusedWhereARepairIsAskedForAndLeftAloneElsewhere()
    {
        using var folder = new TemporaryFolder();
        var other = folder.File("Microsoft.ML.TorchSharp.dll");
        File.WriteAllBytes(other, [1, 2, 3]);
        var (repair, log) = Create(folder, other, mode: "true");
        var (warn, warnings) = Create(folder, other, mode: "");

        Assert.IsFalse(repair.Execute());
        Assert.AreEqual(
            $"Repair of Microsoft.ML.TorchSharp of {other} failed: " +
            "it is not the assembly of Microsoft.ML.TorchSharp 0.24.0 or 0.23.1, which this version of Plrs.MLNet can repair. " +
            "Reference version 0.24.0, or set the property RepairMLNetTorchSharp to false.",
            log.Errors.Single());
        Assert.IsTrue(warn.Execute());
        Assert.IsEmpty(warnings.Warnings);
    }

    [TestMethod]
    public void AnythingButTrueAndFalseIsRefused()
    {
        using var folder = new TemporaryFolder();
        var (task, log) = Create(folder, PackageFile, mode: "yes");

        Assert.IsFalse(task.Execute());
        Assert.AreEqual("The property RepairMLNetTorchSharp is 'yes'; it must be true or false.", log.Errors.Single());
    }

    /// <summary>The package's file, which the test project restores in every version.</summary>
    private static string FileOf(string version) =>
        PackageFile.Replace($"/{MLNetTorchSharpAssembly.NewestVersion}/", $"/{version}/", StringComparison.Ordinal);

    private static byte[] OriginalOf(string version) => File.ReadAllBytes(FileOf(version));

    private static (RepairMLNetTorchSharp Task, TaskLog Log) Create(TemporaryFolder folder, string library, string mode)
    {
        var log = new TaskLog();
        var item = new TaskItem(library, new Dictionary<string, string> { ["PathInPackage"] = "lib/net8.0/Microsoft.ML.TorchSharp.dll" });
        return (new RepairMLNetTorchSharp { BuildEngine = log, Libraries = [item], OutputFolder = folder.File("obj"), Mode = mode }, log);
    }

    private static AssemblyDefinition Read(byte[] image)
    {
        var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(AppContext.BaseDirectory);
        return AssemblyDefinition.ReadAssembly(
            new MemoryStream(image, writable: false), new ReaderParameters { AssemblyResolver = resolver });
    }

    private static List<string> MissingIn(byte[] image)
    {
        using var assembly = Read(image);
        return [.. assembly.MainModule.GetMemberReferences()
            .Where(member => member.DeclaringType.Scope.Name == "TorchSharp" && member.Resolve() is null)
            .Select(member => member.FullName)];
    }

    private static int Disposals(byte[] image)
    {
        using var assembly = Read(image);
        return assembly.MainModule.GetType("Microsoft.ML.TorchSharp.Utils.ModelUtils").Methods
            .Where(method => method.Name.StartsWith("Init", StringComparison.Ordinal))
            .Sum(method => method.Body.Instructions.Count(instruction => instruction.Operand is MethodReference { Name: "Dispose" }));
    }
}
