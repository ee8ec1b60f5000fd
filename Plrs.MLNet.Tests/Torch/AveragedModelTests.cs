using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Tests.Schedules;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Tests.Training;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
[DoNotParallelize]
public sealed class AveragedModelTests
{
    /// <summary>The weights of the start and after three steps.</summary>
    private static readonly float[] Path = [8, 4, 6, 1];

    public static IEnumerable<WeightAveraging> Averagings =>
        [WeightAveraging.Exponential(), WeightAveraging.Exponential(0.3), WeightAveraging.Uniform(0), WeightAveraging.Uniform(1)];

    [TestMethod]
    public void AnExponentialAverageIsThatWorkedByHand()
    {
        // 0.1·8 + 0.9·4 = 4.4;  2/11·4.4 + 9/11·6 = 5.70909;  0.25·5.70909 + 0.75·1 = 2.17727.
        AssertAverages(null, null, 4.4f, 5.70909f, 2.17727f);

        // As above, but of itself it keeps no more than 0.15.
        AssertAverages(WeightAveraging.Exponential(0.15), null, 4.4f, 5.76f, 1.714f);
    }

    [TestMethod]
    public void AnEqualAverageIsTheMean()
    {
        AssertAverages(WeightAveraging.Uniform(0), null, 4, 5, 11f / 3);

        // The second epoch begins at the second step.
        AssertAverages(WeightAveraging.Uniform(1), stepsPerEpoch: 1, 4, 6, 3.5f);
        AssertAverages(WeightAveraging.Uniform(1), stepsPerEpoch: 2, 4, 6, 1);
    }

    [TestMethod]
    [DynamicData(nameof(Averagings))]
    public void TheSameStepsGiveTheTrainersBits(WeightAveraging averaging)
    {
        using var network = new ToyNetwork(classCount: 4);
        using var copy = new ToyNetwork(classCount: 4);
        AveragedModel? own = null;
        using var recorder = new Recorder("", [])
        {
            On = (what, session) =>
            {
                if (what == "epoch 0 starting")
                {
                    own = new AveragedModel(network, averaging, session.State.StepsPerEpoch);
                }
                else if (what.StartsWith("step", StringComparison.Ordinal))
                {
                    own!.Update();
                    own.CopyTo(copy);
                }
            },
        };
        using var session = ToySession.Create(
            network, [new WeightAveragingObserver(averaging), recorder], ToySession.Settings with { Epochs = 3 });
        var start = TestNetworks.Fingerprint(network);

        session.Run();

        // The trainer's network has its average now. Of both, the number of batches that a norm has seen is the last step's.
        Assert.AreEqual(TestNetworks.Fingerprint(network), TestNetworks.Fingerprint(copy));
        Assert.AreNotEqual(start, TestNetworks.Fingerprint(copy));
        Assert.AreEqual(6, own!.Steps);
        own.Dispose();
    }

    [TestMethod]
    public void TheModuleHasTheAverageUntilItGetsItsOwnWeightsBackToTheBit()
    {
        using var module = NewModule();
        using var average = new AveragedModel(module);
        Train(module, average, steps: 3);
        var own = TestNetworks.Fingerprint(module);

        string within;
        using (average.PutInPlace())
        {
            within = TestNetworks.Fingerprint(module);
            Assert.IsTrue(average.IsInPlace);
        }

        Assert.AreNotEqual(own, within);
        Assert.AreEqual(own, TestNetworks.Fingerprint(module));
        Assert.IsFalse(average.IsInPlace);

        var place = average.PutInPlace();
        Assert.AreEqual(within, TestNetworks.Fingerprint(module), "The average itself has not changed.");
        place.Dispose();
        place.Dispose();
        Assert.AreEqual(own, TestNetworks.Fingerprint(module), "Twice is no more than once.");

        place = average.PutInPlace();
        average.Dispose();
        place.Dispose();
        Assert.AreEqual(own, TestNetworks.Fingerprint(module), "The end of the average gives the weights back, too.");
    }

    [TestMethod]
    public void AnEarlierScopeDoesNotEndALaterOne()
    {
        using var module = NewModule();
        using var average = new AveragedModel(module);
        var first = average.PutInPlace();
        first.Dispose();

        using var second = average.PutInPlace();
        first.Dispose();

        Assert.IsTrue(average.IsInPlace);
    }

    [TestMethod]
    public void TheStatisticsOfBatchNormsAreAveragedAndCountsAreNot()
    {
        using var norm = nn.BatchNorm1d(1);
        using var average = new AveragedModel(norm, WeightAveraging.Uniform(0));
        foreach (var mean in (float[])[2, 4])
        {
            using (no_grad())
            {
                norm.running_mean!.fill_(mean);
                norm.get_buffer("num_batches_tracked")!.add_(1);
            }

            average.Update();
        }

        using (average.PutInPlace())
        {
            Assert.AreEqual(3f, norm.running_mean!.item<float>());
            Assert.AreEqual(2L, norm.get_buffer("num_batches_tracked")!.item<long>());
        }

        Assert.AreEqual(4f, norm.running_mean!.item<float>());
    }

    [TestMethod]
    public void WhatLayersShareIsAveragedOnceAndAMaskStays()
    {
        using var module = new Sharing();
        using var average = new AveragedModel(module, WeightAveraging.Uniform(0));
        using (no_grad())
        {
            foreach (var value in (float[])[1, 3])
            {
                module.First.weight!.fill_(value);
                average.Update();
            }
        }

        using (average.PutInPlace())
        {
            Assert.AreEqual(2f, module.Second.weight!.item<float>());
            Assert.AreEqual(float.NegativeInfinity, module.get_buffer("mask")!.item<float>());
        }

        Assert.AreEqual(3f, module.First.weight!.item<float>());
    }

    [TestMethod]
    [DynamicData(nameof(Averagings))]
    public void SavedAndLoadedInTheMiddleItGoesOnToTheSameBits(WeightAveraging averaging)
    {
        using var files = new TemporaryFolder();
        var file = files.File("average.dat");
        using var module = NewModule();
        using var average = new AveragedModel(module, averaging, stepsPerEpoch: 2);
        Train(module, average, steps: 3);
        average.Save(file);
        using var other = NewModule();
        other.load_state_dict(module.state_dict());

        using var resumed = new AveragedModel(other, averaging, stepsPerEpoch: 2);
        resumed.Load(file);
        var before = TestNetworks.Fingerprint(other);
        Assert.AreEqual(TestNetworks.Fingerprint(module), before, "Loading leaves the module alone.");
        Assert.AreEqual(3, resumed.Steps);
        Train(module, average, steps: 4);
        Train(other, resumed, steps: 4);

        Assert.AreEqual(Averaged(module, average), Averaged(other, resumed));
    }

    [TestMethod]
    public void AnUpdateAllocatesNothing()
    {
        using var module = NewModule();
        using var average = new AveragedModel(module);

        Assert.AreEqual(0L, Allocations.Of(() => Work(average)));

        static void Work(AveragedModel average)
        {
            for (var i = 0; i < 100; i++)
            {
                average.Update();
            }
        }
    }

    [TestMethod]
    public void OnAGpuItIsTheSameAverage()
    {
        AnyGpu.OrInconclusive();
        using var onCpu = NewModule();
        using var onGpu = NewModule().cuda();
        using var copy = NewModule();
        using var expected = new AveragedModel(onCpu);
        using var average = new AveragedModel(onGpu);
        Train(onCpu, expected, steps: 1);
        onGpu.load_state_dict(onCpu.state_dict());

        average.Update();
        average.CopyTo(copy);

        using var place = expected.PutInPlace();
        foreach (var (name, value) in onCpu.state_dict())
        {
            Assert.IsTrue(value.allclose(copy.state_dict()[name], rtol: 1e-6), name);
        }
    }

    [TestMethod]
    public void AnUpdateOutlivesTheScopesOfItsSteps()
    {
        using var module = NewModule();
        using (var scope = NewDisposeScope())
        {
            var made = new AveragedModel(module);
            scope.Dispose();
            Train(module, made, steps: 2);
            Assert.AreNotEqual(TestNetworks.Fingerprint(module), Averaged(module, made));
            made.Dispose();
        }
    }

    [TestMethod]
    public void AnotherModulesShapeIsRefusedByNameAndNothingChanges()
    {
        using var files = new TemporaryFolder();
        var file = files.File("average.dat");
        using var module = nn.Linear(2, 1);
        using var average = new AveragedModel(module);
        average.Save(file);
        using var wider = nn.Linear(3, 1);
        using var plain = nn.Linear(2, 1, hasBias: false);
        var before = TestNetworks.Fingerprint(wider);
        using var averageOfWider = new AveragedModel(wider);

        Refusal.Expect(
            "target",
            "The module Linear cannot take the average: its tensor 'weight' is Float32 of the shape [1, 3], "
                + "not Float32 of the shape [1, 2].",
            () => Copy(average, wider));
        Refusal.Expect("target", "The module Linear cannot take the average: it has no tensor 'bias'.", () => Copy(average, plain));
        Refusal.Expect(
            "target",
            "The module Linear cannot take the average: it is the averaged module itself; use PutInPlace.",
            () => Copy(average, module));
        using var averageOfPlain = new AveragedModel(plain);
        Refusal.Expect(
            "target",
            "The module Linear cannot take the average: it has a tensor 'bias', which the averaged module lacks.",
            () => Copy(averageOfPlain, module));
        var error = Assert.ThrowsExactly<FormatException>(() => averageOfWider.Load(file));
        Assert.AreEqual(
            $"The averaged weights '{file}' are refused: its tensor 'weight' has the shape [1, 2], not [1, 3].", error.Message);
        Assert.AreEqual(before, TestNetworks.Fingerprint(wider));
        Assert.AreEqual(before, Averaged(wider, averageOfWider));

        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^1]);
        error = Assert.ThrowsExactly<FormatException>(() => average.Load(file));
        Assert.StartsWith($"The averaged weights '{file}' are refused: it is truncated or damaged", error.Message);

        static object? Copy(AveragedModel average, nn.Module target)
        {
            average.CopyTo(target);
            return null;
        }
    }

    [TestMethod]
    public void NothingIsDoneWithTheAverageWhileTheModuleHasIt()
    {
        using var module = NewModule();
        using var other = NewModule();
        using var average = new AveragedModel(module);
        using var place = average.PutInPlace();

        foreach (var work in (Action[])
            [average.Update, () => average.PutInPlace(), () => average.CopyTo(other), () => average.Save("x"), () => average.Load("x")])
        {
            var error = Assert.ThrowsExactly<InvalidOperationException>(work);
            Assert.AreEqual(
                "The module has the average now; dispose of what PutInPlace returned first, so that it has its own weights again.",
                error.Message);
        }

        Assert.AreEqual(0, average.Steps);
    }

    [TestMethod]
    public void AModuleThatIsGoneIsNamed()
    {
        const string Message =
            "The module's weights are gone: it is disposed of, or was moved to another device or type after the AveragedModel was made.";
        var module = nn.Linear(2, 1);
        using var average = new AveragedModel(module);
        module.to(float64);
        Assert.StartsWith(Message, Assert.ThrowsExactly<ObjectDisposedException>(average.Update).Message);

        using var moved = new AveragedModel(module);
        moved.Update();
        module.Dispose();
        var error = Assert.ThrowsExactly<ObjectDisposedException>(moved.Update);
        Assert.StartsWith(Message, error.Message);
        Assert.AreEqual("Linear", error.ObjectName);

        using var sequence = nn.Linear(2, 1);
        var over = new AveragedModel(sequence);
        over.Dispose();
        over.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(over.Update);
    }

    [TestMethod]
    public void WhatCannotBeAveragedIsRefused()
    {
        using var module = NewModule();
        using var empty = nn.ReLU();
        Refusal.Expect(
            "averaging",
            "The averaging is none; an AveragedModel takes WeightAveraging.Exponential or WeightAveraging.Uniform.",
            () => new AveragedModel(module, WeightAveraging.None));
        Refusal.Expect(
            "averaging",
            "The averaging is exponential, decay 0.98, norms recomputed; an AveragedModel has no images to recompute them with, so "
                + "UpdateBatchNorm must be false.",
            () => new AveragedModel(module, WeightAveraging.Exponential() with { UpdateBatchNorm = true }));
        Refusal.Expect(
            "averaging",
            "The averaging is uniform from epoch 2, which needs stepsPerEpoch, to know where that epoch begins.",
            () => new AveragedModel(module, WeightAveraging.Uniform(2)));
        Refusal.Expect(
            "stepsPerEpoch", "stepsPerEpoch is 0; it must be at least 1.", () => new AveragedModel(module, stepsPerEpoch: 0));
        Refusal.Expect(
            "module",
            "The module ReLU has no weights to average; one of your own has those that it registers.",
            () => new AveragedModel(empty));
    }

    private static void AssertAverages(WeightAveraging? averaging, int? stepsPerEpoch, params float[] expected)
    {
        // A number by itself, and one in a tensor that is not contiguous.
        using var module = new Numbers(Path[0]);
        using var average = new AveragedModel(module, averaging, stepsPerEpoch);
        for (var i = 0; i < expected.Length; i++)
        {
            module.Fill(Path[i + 1]);
            average.Update();
            using (average.PutInPlace())
            {
                Assert.AreEqual(expected[i], module.Scale.item<float>(), 1e-5f, $"{averaging}, step {i}");
                Assert.AreEqual(expected[i], module.Weights.mean().item<float>(), 1e-5f, $"{averaging}, step {i}");
            }
        }
    }

    private static Sequential NewModule()
    {
        using var numbers = new Generator(1);
        var module = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2));
        using var noGrad = no_grad();
        foreach (var parameter in module.parameters())
        {
            parameter.copy_(randn(parameter.shape, generator: numbers));
        }

        return module;
    }

    private static void Train(Sequential module, AveragedModel average, int steps)
    {
        using var optimizer = optim.SGD(module.parameters(), 0.1);
        var scheduler = new PlrsLR(optimizer, 0.07, 0.1) { Position = average.Steps };
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            using var numbers = new Generator((ulong)average.Steps);
            optimizer.zero_grad();
            module.forward(randn([8, 3], generator: numbers)).square().mean().backward();
            optimizer.step();
            scheduler.step();
            average.Update();
        }
    }

    private static string Averaged(nn.Module module, AveragedModel average)
    {
        using (average.PutInPlace())
        {
            return TestNetworks.Fingerprint(module);
        }
    }

    private sealed class Numbers : nn.Module
    {
        public Numbers(float value)
            : base(nameof(Numbers))
        {
            Scale = nn.Parameter(tensor(value));
            Weights = nn.Parameter(full([3, 2], value).t());
            register_parameter("scale", Scale);
            register_parameter("weights", Weights);
        }

        public Parameter Scale { get; }

        public Parameter Weights { get; }

        public void Fill(float value)
        {
            using var noGrad = no_grad();
            Scale.fill_(value);
            Weights.fill_(value);
        }
    }

    private sealed class Sharing : nn.Module
    {
        public Sharing()
            : base(nameof(Sharing))
        {
            First = nn.Linear(1, 1, hasBias: false);
            Second = nn.Linear(1, 1, hasBias: false);
            Second.weight = First.weight;
            register_module("first", First);
            register_module("second", Second);
            register_buffer("mask", tensor(float.NegativeInfinity));
        }

        public Linear First { get; }

        public Linear Second { get; }
    }
}
