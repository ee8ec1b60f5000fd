using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Training;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class TrainingSessionTests
{
    private static readonly string[] Epochs =
    [
        "epoch 0 starting", "Train batch", "step 0 done", "Train batch", "step 1 done", "epoch 0 trained", "Validation batch",
        "epoch 0 done, 1 in all",
        "epoch 1 starting", "Train batch", "step 2 done", "Train batch", "step 3 done", "epoch 1 trained", "Validation batch",
        "epoch 1 done, 2 in all",
    ];

    private static readonly string[] Ending = ["stopped: all 2 epochs are done", "completing", "completed: all 2 epochs are done"];

    private readonly List<string> _told = [];

    [TestMethod]
    public void ItTellsEachObserverInOrderWhatHappens()
    {
        using var network = new ToyNetwork(classCount: 4);
        using (var session = ToySession.Create(network, [new Recorder("a", _told), new Recorder("b", _told)]))
        {
            session.Run();
        }

        string[] expected = ["starting", .. Epochs, .. Ending, "disposed"];
        CollectionAssert.AreEqual(expected.SelectMany(what => new[] { $"a: {what}", $"b: {what}" }).ToArray(), _told);
    }

    [TestMethod]
    public void WithoutValidationAnEpochIsDoneAfterItsSteps()
    {
        Run(new Recorder("", _told), validates: false);

        CollectionAssert.AreEqual(
            ((string[])["starting", .. Epochs.Where(what => what != "Validation batch"), .. Ending, "disposed"])
                .Select(what => $": {what}").ToArray(), _told);
    }

    [TestMethod]
    public void WithoutObserversItTrainsToTheSameWeights()
    {
        Assert.AreEqual(Run(new Recorder("", _told)), Run());
        Assert.AreNotEqual(Run(), TestNetworks.Fingerprint(new ToyNetwork(classCount: 4)));
    }

    [TestMethod]
    [DataRow("starting", "epoch 0 starting")]
    [DataRow("epoch 1 starting", "epoch 1 starting")]
    [DataRow("step 0 done", "Train batch")]
    [DataRow("step 1 done", "Validation batch")]
    [DataRow("epoch 0 done, 1 in all", "epoch 1 starting")]
    public void AskedToStopItMakesNoMoreSteps(string asked, string last)
    {
        var recorder = new Recorder("", _told)
        {
            On = (what, session) =>
            {
                if (what == asked)
                {
                    session.Stop("enough");
                    session.Stop("more than enough");
                }
            },
        };

        if (asked == "starting")
        {
            var error = Assert.ThrowsExactly<TrainingStoppedException>(() => Run(recorder));
            Assert.AreEqual("Training was stopped before its first step, so there is no model: enough.", error.Message);
            Assert.AreEqual($": {last} | : failed: {error.Message} | : disposed", string.Join(" | ", _told.TakeLast(3)));
            return;
        }

        Run(recorder);
        Assert.AreEqual(
            $": {last} | : stopped: enough | : completing | : completed: enough | : disposed", string.Join(" | ", _told.TakeLast(5)));
    }

    [TestMethod]
    [DataRow("starting", true)]
    [DataRow("epoch 0 starting", true)]
    [DataRow("Train batch", true)]
    [DataRow("step 2 done", true)]
    [DataRow("epoch 0 trained", true)]
    [DataRow("Validation batch", true)]
    [DataRow("epoch 1 done, 2 in all", true)]
    [DataRow("stopped: all 2 epochs are done", true)]
    [DataRow("completing", false)]
    [DataRow("completed: all 2 epochs are done", false)]
    public void AnExceptionIsToldAndReachesTheCallerAsItIs(string thrown, bool isWhole)
    {
        var whole = new List<bool>();
        var observer = new Recorder("", _told)
        {
            On = (what, session) =>
            {
                if (what == thrown)
                {
                    throw new NotSupportedException("from an observer");
                }

                if (what.StartsWith("failed", StringComparison.Ordinal))
                {
                    whole.Add(session.State.IsWhole);
                }
            },
        };

        var error = Assert.ThrowsExactly<NotSupportedException>(() => Run(observer));

        Assert.AreEqual("from an observer", error.Message);
        Assert.AreEqual($": {thrown} | : failed: from an observer | : disposed", string.Join(" | ", _told.TakeLast(3)));
        Assert.AreEqual(isWhole, whole.Single());
    }

    [TestMethod]
    public void AnExceptionInTheMiddleOfAStepLeavesNoWholeState()
    {
        var whole = new List<bool>();
        var observer = new Recorder("", _told) { On = (_, session) => whole.Add(session.State.IsWhole) };
        var settings = ToySession.Settings with { Schedule = new EndingSchedule() };

        Assert.ThrowsExactly<NotSupportedException>(() => Run(observer, settings: settings));

        Assert.AreEqual(": step 1 done | : epoch 0 trained | : Validation batch", string.Join(" | ", _told.Skip(5).Take(3)));
        Assert.IsTrue(whole.SkipLast(1).All(isWhole => isWhole));
        Assert.IsFalse(whole[^1]);
    }

    [TestMethod]
    public void ADivergenceHasTheObserversSentences()
    {
        var settings = ToySession.Settings with
        {
            Schedule = new ConstantSchedule(3e38),
            Optimizer = new SgdOptions { WeightDecay = 1000 },
        };

        var error = Assert.ThrowsExactly<TrainingDivergedException>(() => Run(new Commentator("One."), new Commentator("Two."), settings));

        Assert.AreEqual(new TrainingStep(1, stepsPerEpoch: 2), error.Step);
        Assert.StartsWith("Training diverged at step 1 (epoch 0, learning rate 3E+38 after 3E+38): the loss is NaN. Try", error.Message);
        Assert.EndsWith("or larger batches. One. Two.", error.Message);
    }

    [TestMethod]
    public void TheWeightsInPlaceAtTheEndAreThoseOfTheLastObserverThatActs()
    {
        using var network = new ToyNetwork(classCount: 4);
        var recorder = new Recorder("", _told)
        {
            On = (what, session) =>
            {
                if (what == "completing")
                {
                    using var noGrad = no_grad();
                    session.State.Network.get_parameter("linear.bias")!.fill_(5);
                }
            },
        };
        using var session = ToySession.Create(network, [recorder]);

        session.Run();

        Assert.AreEqual("5 5 5 5", string.Join(' ', network.get_parameter("linear.bias")!.data<float>()));
        Assert.IsFalse(network.training);
        Assert.IsTrue(network.parameters().All(parameter => parameter.grad is null));
    }

    [TestMethod]
    public void NormsAndBiasesAreDecayedOnlyWhereAskedTo()
    {
        var decaying = ToySession.Settings with { Optimizer = new SgdOptions { WeightDecay = 0.5 } };
        var sparing = ToySession.Settings with { Optimizer = new SgdOptions { WeightDecay = 0.5, DecaysNormsAndBiases = false } };
        var none = ToySession.Settings with { Optimizer = new SgdOptions() };

        Assert.AreNotEqual(FirstStep(decaying, "norm.weight"), FirstStep(sparing, "norm.weight"));
        Assert.AreEqual(FirstStep(none, "norm.weight"), FirstStep(sparing, "norm.weight"));
        Assert.AreEqual(FirstStep(decaying, "linear.weight"), FirstStep(sparing, "linear.weight"));
        Assert.AreNotEqual(FirstStep(none, "linear.weight"), FirstStep(sparing, "linear.weight"));

        string FirstStep(SessionSettings settings, string parameter)
        {
            using var network = new ToyNetwork(classCount: 4);
            using var session = ToySession.Create(
                network, [new Recorder("", _told) { On = (what, session) => StopAfterFirst(what, session) }], settings);
            session.Run();
            return string.Join(' ', network.get_parameter(parameter)!.data<float>());
        }

        static void StopAfterFirst(string what, TrainingSession session)
        {
            if (what == "step 0 done")
            {
                session.Stop("one is enough");
            }
        }
    }

    private static string Run(
        TrainingObserver? first = null, TrainingObserver? second = null, SessionSettings? settings = null, bool validates = true)
    {
        using var network = new ToyNetwork(classCount: 4);
        using var session = ToySession.Create(network, new[] { first, second }.OfType<TrainingObserver>(), settings, validates);
        session.Run();
        return TestNetworks.Fingerprint(network);
    }

    private sealed class Commentator(string sentence) : TrainingObserver
    {
        public override void OnFailed(SessionFailed failed) => failed.Add(sentence);
    }

    /// <summary>A schedule that fails when it is asked for the rate of step 3, which is in the middle of step 2.</summary>
    private sealed class EndingSchedule : ILearningRateSchedule
    {
        public double GetLearningRate(TrainingStep step) => step.Index < 3 ? 0.1 : throw new NotSupportedException();
    }
}
