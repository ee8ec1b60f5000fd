using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Training;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class NormsPassTests
{
    private const string Mean = "bn1.running_mean";
    private const string Variance = "bn1.running_var";

    [TestMethod]
    public void TheStatisticsAreTheMeansOfTheBatchesWhateverTheyWere()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(classCount: 4);
        var data = ToySession.Data(imageSize: 8);
        using var session = new TrainingSession(ToySession.Settings, data, network, []);
        using var pass = new NormsPass(session);
        using (no_grad())
        {
            network.get_buffer(Mean)!.fill_(1000);
            network.get_buffer(Variance)!.fill_(2000);
        }

        pass.Run();

        // Two batches of two images; the network's first operation is this norm's convolution.
        var (mean, variance) = (zeros(network.get_buffer(Mean)!.shape), zeros(network.get_buffer(Mean)!.shape));
        foreach (var batch in Batches(network, data))
        {
            mean.add_(batch.mean([0, 2, 3]), 0.5);
            variance.add_(batch.var([0, 2, 3], unbiased: true), 0.5);
        }

        Assert.IsTrue(mean.allclose(network.get_buffer(Mean)!, 1e-4, 1e-5));
        Assert.IsTrue(variance.allclose(network.get_buffer(Variance)!, 1e-4, 1e-5));
        Assert.AreEqual(0L, network.state_dict()["bn1.num_batches_tracked"].item<long>());
        Assert.IsNull(network.NormMomentum);
    }

    [TestMethod]
    public void ANetworkOfWhichNoNormsAreKnownStaysAsItIs()
    {
        using var network = new ToyNetwork(classCount: 4);
        var data = ToySession.Data(imageSize: 2);
        using var session = ToySession.Create(network, []);
        using var pass = new NormsPass(session);
        var before = TestNetworks.Fingerprint(network);

        pass.Run();

        Assert.AreEqual(before, TestNetworks.Fingerprint(network));
    }

    [TestMethod]
    public void TheValidationHasThemAndTheStepsDoNotSeeThem()
    {
        Assert.AreEqual(
            Run(WeightAveraging.Exponential(), "step 3 done"),
            Run(WeightAveraging.Exponential() with { UpdateBatchNorm = true }, "step 3 done"));
        Assert.AreNotEqual(
            Run(WeightAveraging.Exponential(), "epoch 1 done, 2 in all"),
            Run(WeightAveraging.Exponential() with { UpdateBatchNorm = true }, "epoch 1 done, 2 in all"));

        static string Run(WeightAveraging averaging, string when)
        {
            using var network = TestNetworks.Create(classCount: 4);
            var data = ToySession.Data(imageSize: 8);
            var weights = "";
            var recorder = new Recorder("", [])
            {
                On = (what, _) => weights = what == when ? TestNetworks.Fingerprint(network) : weights,
            };
            using var session = new TrainingSession(ToySession.Settings, data, network, [new WeightAveragingObserver(averaging), recorder]);
            session.Run();
            return weights;
        }
    }

    [TestMethod]
    public void ItStopsWhenTheSessionDoes()
    {
        using var network = TestNetworks.Create(classCount: 4);
        var data = ToySession.Data(imageSize: 8);
        var told = new List<string>();
        var recorder = new Recorder("", told)
        {
            On = (what, session) =>
            {
                if (told.Count == 7)
                {
                    session.Stop("enough");
                }
            },
        };
        using var session = new TrainingSession(
            ToySession.Settings,
            data,
            network,
            [new WeightAveragingObserver(WeightAveraging.Exponential() with { UpdateBatchNorm = true }), recorder]);

        session.Run();

        // Two steps, and the first of two batches of the pass.
        Assert.AreEqual(
            ": step 1 done | : Train batch | : epoch 0 trained | : Validation batch | : stopped: enough",
            string.Join(" | ", told.Skip(5).Take(5)));
        Assert.IsTrue(network.get_buffer(Variance)!.isfinite().all().item<bool>());
    }

    /// <summary>What the first norm is given.</summary>
    private static IEnumerable<Tensor> Batches(GraphModule network, SessionData data)
    {
        using var reader = data.Training.Set.CreateReader();
        foreach (var pair in EpochOrder.OfAll(data.Training, ToySession.Settings.Seed, epoch: 0).Examples.ToArray().Chunk(2))
        {
            var values = new float[2 * 3 * 8 * 8];
            for (var i = 0; i < 2; i++)
            {
                data.Training.Preparation(reader.Read(pair[i]), pair[i], place: 0, values.AsSpan(i * 3 * 8 * 8, 3 * 8 * 8));
            }

            yield return nn.functional.conv2d(
                tensor(values).view(2, 3, 8, 8), network.get_parameter("conv1.weight")!, padding: [1, 1], strides: [1, 1]).detach();
        }
    }
}
