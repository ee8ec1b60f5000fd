using System.Text;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
public sealed class OptimizerMemoryTests
{
    public static IEnumerable<OptimizerOptions> Optimizers => [new SgdOptions { Momentum = 0.9 }, new AdamOptions(), new AdamWOptions()];

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void WhatItRemembersDoesNotDependOnTheGroups(OptimizerOptions options)
    {
        using var one = new Trained(options);
        using var two = new Trained(options with { DecaysNormsAndBiases = false });
        using var third = new Trained(options);
        one.Train(steps: 3);

        two.Read(one.Written());
        third.Read(two.Written());

        Assert.HasCount(2, two.Groups);
        CollectionAssert.AreEqual(one.Written(), third.Written());
        CollectionAssert.AreNotEqual(new Trained(options).Train(steps: 1).Written(), third.Written());
    }

    [TestMethod]
    public void NamesAreThoseOfTheNetworksParameters()
    {
        Assert.AreEqual("linear.bias.momentum_buffer", Names(new SgdOptions { Momentum = 0.9 }));
        Assert.AreEqual("linear.bias.exp_avg linear.bias.exp_avg_sq linear.bias.step", Names(new AdamOptions()));
        Assert.AreEqual("linear.bias.exp_avg linear.bias.exp_avg_sq linear.bias.step", Names(new AdamWOptions()));
        Assert.AreEqual("", Names(new SgdOptions()));

        static string Names(OptimizerOptions options)
        {
            using var trained = new Trained(options).Train(steps: 1);
            var text = Encoding.Latin1.GetString(trained.Written());
            string[] endings = [".exp_avg_sq", ".exp_avg", ".momentum_buffer", ".step"];
            return string.Join(' ', endings.Select(ending => "linear.bias" + ending).Where(name =>
                text.Contains($"{(char)name.Length}\0\0\0{name}", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }
    }

    [TestMethod]
    public void WhatAnotherOptimizerRemembersIsRefused()
    {
        using var momentum = new Trained(new SgdOptions { Momentum = 0.9 }).Train(steps: 1);
        using var plain = new Trained(new SgdOptions()).Train(steps: 1);
        using var adam = new Trained(new AdamOptions()).Train(steps: 1);

        AssertRefused("it has no tensor 'bn1.bias.momentum_buffer'", momentum, plain.Written());
        AssertRefused("it has a tensor with a name of 28 bytes, which does not belong there", plain, momentum.Written());
        AssertRefused("it has a tensor 'conv1.weight.step', which does not belong there", momentum, adam.Written());

        static void AssertRefused(string message, Trained reader, byte[] bytes) =>
            Assert.AreEqual(message, Assert.ThrowsExactly<FormatException>(() => reader.Read(bytes)).Message);
    }

    [TestMethod]
    public void DifferentNumbersOfStepsInAGroupAreRefused()
    {
        using var adam = new Trained(new AdamOptions()).Train(steps: 2);
        var bytes = adam.Written();
        var place = Encoding.Latin1.GetString(bytes).IndexOf("bn1.bias.step", StringComparison.Ordinal) +
            "bn1.bias.step".Length + sizeof(byte) + sizeof(int);
        Assert.AreEqual(2L, BitConverter.ToInt64(bytes, place));
        bytes[place] = 3;

        var error = Assert.ThrowsExactly<FormatException>(() => adam.Read(bytes));

        Assert.AreEqual("the parameters of its group 'all' have made different numbers of steps", error.Message);
    }

    /// <summary>A network with its optimizer.</summary>
    private sealed class Trained : IDisposable
    {
        private readonly nn.Module<Tensor, Tensor> _network = TestNetworks.Create();
        private readonly optim.Optimizer _optimizer;

        public Trained(OptimizerOptions options)
        {
            Groups = new ParameterGroups(_network, ParameterGroups.Plan(_network, options.DecaysNormsAndBiases));
            _optimizer = options.Create(Groups, learningRate: 0.1);
        }

        public ParameterGroups Groups { get; }

        public Trained Train(int steps)
        {
            _network.train();
            for (var step = 0; step < steps; step++)
            {
                using var scope = NewDisposeScope();
                _optimizer.zero_grad();
                nn.functional.cross_entropy(_network.forward(TestNetworks.Images(seed: step, count: 4)), tensor(new long[] { 0, 1, 2, 3 }))
                    .backward();
                _optimizer.step();
            }

            return this;
        }

        public byte[] Written()
        {
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            OptimizerMemory.Write(writer, _optimizer, Groups);
            return stream.ToArray();
        }

        public void Read(byte[] bytes)
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            OptimizerMemory.Read(reader, _optimizer, Groups, _ => true);
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            Groups.Dispose();
            _network.Dispose();
        }
    }
}
