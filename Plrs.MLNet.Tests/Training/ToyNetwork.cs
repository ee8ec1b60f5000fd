using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Training;

/// <summary>A network without a graph, and as small as can be: a norm, and a linear layer on the channels' means.</summary>
internal sealed class ToyNetwork : nn.Module<Tensor, Tensor>
{
    private readonly BatchNorm2d _norm = nn.BatchNorm2d(3);
    private readonly Linear _linear;

    public ToyNetwork(int classCount)
        : base(nameof(ToyNetwork))
    {
        _linear = nn.Linear(3, classCount);
        using (no_grad())
        {
            _linear.weight.fill_(0.01);
            _linear.bias!.fill_(0);
        }

        register_module("norm", _norm);
        register_module("linear", _linear);
    }

    public override Tensor forward(Tensor input) => _linear.forward(_norm.forward(input).mean([2, 3]));
}
