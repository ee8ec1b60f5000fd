using Plrs.MLNet.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plrs.MLNet.Tests.Networks.Modules;

/// <summary>A module that a test makes, under a name of the test's own.</summary>
internal sealed class TestModule(string name, Func<int, Module<Tensor, Tensor>?> create) : ModuleDefinition(name)
{
    public override int ImageSize => 8;

    public override ImageNormalization? Normalization => Known;

    public ImageNormalization? Known { get; init; }

    /// <summary>A linear layer on the means of the channels.</summary>
    public static Module<Tensor, Tensor> Linear(int classCount) => Sequential(
        ("pool", AdaptiveAvgPool2d(1)),
        ("flatten", Flatten()),
        ("head", nn.Linear(3, classCount)));

    protected override Module<Tensor, Tensor> CreateModule(int classCount) => create(classCount)!;
}

/// <summary>A module that shows a test what it is given, and computes what another one does.</summary>
internal sealed class WatchingModule : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _inner;
    private readonly Action<Tensor> _watch;

    public WatchingModule(Module<Tensor, Tensor> inner, Action<Tensor> watch)
        : base(nameof(WatchingModule))
    {
        _inner = inner;
        _watch = watch;
        register_module("inner", inner);
    }

    public override Tensor forward(Tensor input)
    {
        _watch(input);
        return _inner.forward(input);
    }
}

/// <summary>A module with tensors of its own.</summary>
internal sealed class TensorsModule : Module<Tensor, Tensor>
{
    public TensorsModule(IEnumerable<(string Name, Tensor Values)> parameters, IEnumerable<(string Name, Tensor Values)> buffers)
        : base(nameof(TensorsModule))
    {
        foreach (var (name, values) in parameters)
        {
            register_parameter(name, Parameter(values));
        }

        foreach (var (name, values) in buffers)
        {
            register_buffer(name, values);
        }
    }

    public override Tensor forward(Tensor input) => input.mean([2, 3]);
}

/// <summary>A linear layer on the mean of the pixels that a mask of −∞ leaves.</summary>
internal sealed class MaskedModule : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _head;

    public MaskedModule(int classCount, bool isPersistent)
        : base(nameof(MaskedModule))
    {
        _head = nn.Linear(3, classCount);
        register_module("head", _head);
        register_buffer("mask", full([8, 8], float.NegativeInfinity).triu(1), isPersistent);

        // Constants are packed a thousandfold in the model's file.
        register_buffer("causal", full([2048, 2048], float.NegativeInfinity).triu(1), isPersistent);
    }

    public override Tensor forward(Tensor input) =>
        _head.forward((input * get_buffer("mask")!.flatten().softmax(0).view(8, 8)).sum([2, 3]));
}
