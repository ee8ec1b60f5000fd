using System.IO.Compression;
using System.Reflection;
using Microsoft.ML;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification.ModelFiles;

/// <summary>
/// Damages a model file in many ways and loads it: an error of the documented kind or a model that scores, and little memory.
/// PLRS_FUZZ_MUTATIONS sets how many ways in all (1,000 unless set), PLRS_FUZZ_SEED and PLRS_FUZZ_FIRST which ones.
/// </summary>
[TestClass]
public sealed class ModelFuzzTests
{
    private static readonly int Mutations = FuzzSettings.Mutations;
    private static readonly int Seed = FuzzSettings.Seed;
    private static readonly int First = FuzzSettings.First;

    private static readonly MLContext Context = new();
    private static readonly ModelZip Intact = ModelZip.Create();
    private static readonly byte[] Model = Intact[Intact.ModelEntry];
    private static readonly byte[] Weights = Intact[Intact.WeightsEntry];
    private static readonly byte[] Parts = Intact[Intact.PartsEntry];
    private static readonly byte[] Transformer = Intact[Intact.TransformerEntry];

    // ML.NET has these things to say of the rest of a file: see docs/model-files.md.
    private static readonly Type[] ErrorsOfOtherParts =
    [
        typeof(FormatException), typeof(InvalidDataException), typeof(InvalidOperationException), typeof(TargetInvocationException),
        typeof(IOException), typeof(BadImageFormatException), typeof(ArgumentException), typeof(NotSupportedException),
        typeof(OverflowException),
    ];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void TheModelsFields() => Run(
        percent: 8,
        number => ModelAlone(Mutator.MutateInPlace(Model, ModelKey.Fields(Model), Seed, number), Weights),
        load => load.FormatError is not null);

    [TestMethod]
    public void TheModelsEntry() => Run(
        percent: 2,
        number => ModelAlone(Mutator.Mutate(Model, Seed, number), Weights),
        IsFormatErrorOrAboutTheAssemblysName);

    // Where all before them is right, the missing weights are the error: that is quicker than to load them.
    [TestMethod]
    public void TheModelsEntryWithoutWeights() => Run(
        percent: 60,
        number => ModelAlone(Mutator.Mutate(Model, Seed, number), weights: null),
        IsFormatErrorOrAboutTheAssemblysName);

    [TestMethod]
    public void TheTransformersFields() => Run(
        percent: 2,
        number =>
            ModelLoad.Pipeline(
                Context,
                Intact.ToBytes(Intact.TransformerEntry, Mutator.MutateInPlace(Transformer, ModelKey.Fields(Transformer), Seed, number))),
        load => load.FormatError is not null);

    [TestMethod]
    public void TheListOfParts() => Run(
        percent: 2,
        number => ModelLoad.Pipeline(Context, Intact.ToBytes(Intact.PartsEntry, Mutator.Mutate(Parts, Seed, number))),
        load => load.FormatError is not null);

    [TestMethod]
    public void TheWeights() => Run(
        percent: 10,
        number => ModelAlone(Model, Mutator.Mutate(Weights, Seed, number)),
        load => load.FormatError is not null);

    [TestMethod]
    public void TheWeightsAtTheirRightLength() => Run(
        percent: 4,
        number => ModelAlone(Model, Mutator.MutateInPlace(Weights, .., Seed, number)),
        load => load.FormatError is not null);

    [TestMethod]
    public void TheWholeFile()
    {
        var zip = Intact.ToBytes();
        Run(
            percent: 12,
            number =>
                Mutator.Mutate(zip, Seed, number) is var bytes && !ClaimsManyColumns(bytes) ? ModelLoad.Pipeline(Context, bytes) : null,
            load => load.Causes.All(cause => Array.Exists(ErrorsOfOtherParts, type => type.IsInstanceOfType(cause))));
    }

    [TestMethod]
    public void TheSameNumberIsTheSameDamage()
    {
        CollectionAssert.AreEqual(Mutator.Mutate(Weights, 3, 5), Mutator.Mutate(Weights, 3, 5));
        CollectionAssert.AreNotEqual(Mutator.Mutate(Weights, 3, 5), Mutator.Mutate(Weights, 3, 6));
        CollectionAssert.AreNotEqual(Mutator.Mutate(Weights, 3, 5), Mutator.Mutate(Weights, 4, 5));
    }

    private static ModelLoad ModelAlone(byte[] model, byte[]? weights) =>
        ModelLoad.ModelAlone(Context, Intact.ModelToBytes(model, weights), Intact.Folder);

    // ML.NET hands the name to Assembly.Load, whose errors it lets through.
    private static bool IsFormatErrorOrAboutTheAssemblysName(ModelLoad load) =>
        load.FormatError is not null
        || (load.Error is FileLoadException or FileNotFoundException or BadImageFormatException or ArgumentException
            && load.Error.StackTrace!.Contains("EnsureLoaderAssemblyIsRegistered", StringComparison.Ordinal));

    // ML.NET's transformers begin with a count, and make arrays of up to 34 GB by it before they read on.
    private static bool ClaimsManyColumns(byte[] zip)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(zip));
            return archive.Entries.Any(entry => entry.Name == "Model.key" && entry.FullName != Intact.ModelEntry && Count(entry) > 1000);
        }
        catch (Exception e) when (IsAboutTheArchive(e))
        {
            return false;
        }

        static int Count(ZipArchiveEntry entry)
        {
            try
            {
                using var reader = new BinaryReader(entry.Open());
                return reader.ReadBytes(ModelKey.HeaderBytes).Length == ModelKey.HeaderBytes ? reader.ReadInt32() : 0;
            }
            catch (Exception e) when (IsAboutTheArchive(e))
            {
                return 0;
            }
        }

        static bool IsAboutTheArchive(Exception e) =>
            e is InvalidDataException or IOException or ArgumentException or NotSupportedException;
    }

    private void Run(int percent, Func<int, ModelLoad?> load, Func<ModelLoad, bool> isExpected)
    {
        var (loaded, refused, skipped) = (0, 0, 0);
        var last = First + (int)((long)Mutations * percent / 100);
        for (var number = First; number < last; number++)
        {
            var mutation = $"{TestContext.TestName}: mutation {number} of seed {Seed}";
            if (load(number) is not { } result)
            {
                skipped++;
                continue;
            }

            result.Check(mutation);
            if (result.Error is null)
            {
                loaded++;
            }
            else
            {
                refused++;
                Assert.IsTrue(isExpected(result), $"{mutation} gives an error of another kind: {result.Error}");
            }
        }

        TestContext.WriteLine($"{refused} refused, {loaded} loaded, {skipped} skipped");
        Assert.IsLessThanOrEqualTo((last - First) / 20, skipped);
    }
}
