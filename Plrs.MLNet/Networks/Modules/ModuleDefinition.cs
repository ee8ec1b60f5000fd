using static TorchSharp.torch;

namespace Plrs.MLNet.Networks;

/// <summary>
/// A network that is a TorchSharp module of one's own: a class that derives from this one says how the module is made, and
/// <see cref="NetworkCatalog"/> makes it known by its name. It is trained by the same trainer, saved and loaded, and it scores by
/// TorchSharp.
/// </summary>
/// <remarks>
/// <para>Nothing is known of its layers. So it is not written as ONNX, its batch norms are not folded, and it has no groups of layers: what
/// needs these refuses it with a <see cref="NotSupportedException"/>. A program that loads or scores such a model needs libtorch.</para>
/// <para>Its initial weights, and what it draws at random in training (dropout), come from torch's global generator, which the trainer
/// seeds before each step: one training of such a module at a time in a process gives the same weights again, and so does a resumed
/// one.</para>
/// </remarks>
/// <example>
/// <code>
/// using static TorchSharp.torch;
/// using static TorchSharp.torch.nn;
///
/// internal sealed class SmallModule(int width) : ModuleDefinition("SmallModule", ("width", width))
/// {
///     public override int ImageSize => 16;
///
///     protected override Module&lt;Tensor, Tensor&gt; CreateModule(int classCount) => Sequential(
///         ("conv1", Conv2d(3, width, kernel_size: 3, padding: 1)),
///         ("relu1", ReLU()),
///         ("pool", AdaptiveAvgPool2d(1)),
///         ("flatten", Flatten()),
///         ("head", Linear(width, classCount)));
/// }
/// </code>
/// </example>
public abstract class ModuleDefinition : NetworkDefinition
{
    private const int ImagesOfTrial = 2;

    // The state of torch's generator is saved and put back.
    private static readonly Lock Seeding = new();

    /// <summary>Describes a module of a kind.</summary>
    /// <param name="name">The name of the kind, by which files know it.</param>
    /// <param name="arguments">Its arguments, such as a width, each with its name.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty, or an argument is given twice.</exception>
    protected ModuleDefinition(string name, params ReadOnlySpan<(string Name, double Value)> arguments)
        : base(name, arguments)
    {
    }

    /// <summary>A module cannot be described layer by layer.</summary>
    /// <param name="images">The images.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    protected sealed override Layer DescribeFeatures(Layer images) => throw HasNoGraph();

    /// <summary>
    /// Makes the module, with initial weights: normalised images of shape (images, 3, height, width) to logits of shape (images, classes),
    /// in float32. It is called several times for a training, and once or twice for a model that is loaded, each time for another module.
    /// </summary>
    /// <param name="classCount">The number of classes.</param>
    /// <returns>A new module. Its parameters are float32; the buffers that it keeps are float32 or int64.</returns>
    protected abstract nn.Module<Tensor, Tensor> CreateModule(int classCount);

    private protected sealed override INetworkLayout DescribeLayout(int classCount, int imageSize)
    {
        using var module = Create(classCount, seed: 0);
        return new ModuleLayout(this, module);
    }

    internal sealed override nn.Module<Tensor, Tensor> CreateTrainable(int classCount, int imageSize, int seed)
    {
        var module = Create(classCount, seed);
        try
        {
            Try(module, classCount, imageSize);
            Savable(new ModuleLayout(this, module));
            return module;
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    internal NotSupportedException HasNoGraph() => new(
        $"The network {this} is a TorchSharp module, of whose layers nothing is known: " +
        "it cannot be written as ONNX, folded, or divided into groups of layers. " +
        $"For these, describe it layer by layer, as a class that derives from {nameof(NetworkDefinition)}.");

    /// <summary>Makes a module whose weights depend on a seed alone; what others draw from torch's generator does not change.</summary>
    private nn.Module<Tensor, Tensor> Create(int classCount, int seed)
    {
        lock (Seeding)
        {
            using var state = random.get_rng_state();
            using var generator = manual_seed(seed);
            try
            {
                return CreateModule(classCount) ?? throw new ArgumentException($"{this} made no module: CreateModule returned null.");
            }
            finally
            {
                random.set_rng_state(state);
            }
        }
    }

    /// <summary>Finds out on two black images, before the real ones are read, whether it makes logits.</summary>
    /// <exception cref="InvalidOperationException">It does not.</exception>
    private void Try(nn.Module<Tensor, Tensor> module, int classCount, int imageSize)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        module.eval();
        Tensor logits;
        try
        {
            logits = module.forward(zeros(ImagesOfTrial, ImageChannels, imageSize, imageSize));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"The module of {this} cannot compute images of {imageSize}×{imageSize} pixels: {e.Message}", e);
        }

        if (logits.dtype != ScalarType.Float32 || !logits.shape.AsSpan().SequenceEqual([ImagesOfTrial, classCount]))
        {
            throw new InvalidOperationException(
                $"The module of {this} made {logits.dtype} of shape [{string.Join(", ", logits.shape)}] of {ImagesOfTrial} images; " +
                $"it must make Float32 of shape [{ImagesOfTrial}, {classCount}], a logit for each class.");
        }

        module.train();
    }
}
