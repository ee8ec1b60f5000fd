namespace Plrs.MLNet.Weights;

/// <summary>
/// Weights of a network that torchvision publishes, trained on the 1,000 classes of ImageNet. Files, recipes and names are those of
/// torchvision's source; EfficientNet-B0's file has the name that torchvision gave it in version 0.16.1, for the digits in the name before
/// it were not those of the file.
/// </summary>
/// <param name="Definition">The network.</param>
/// <param name="Name">What torchvision calls the weights.</param>
/// <param name="FileName">The name of the file, in which the first eight hexadecimal digits of its SHA-256 stand.</param>
/// <param name="ResizedSize">The pixels that an image's shorter side is brought to, before its middle is cut out.</param>
/// <param name="IsBicubic">Whether that is by bicubic interpolation, not bilinear.</param>
internal sealed record KnownWeights(
    NetworkDefinition Definition, string Name, string FileName, int ResizedSize = 256, bool IsBicubic = false)
{
    /// <summary>Where torchvision's files are.</summary>
    public static readonly Uri Repository = new("https://download.pytorch.org/models/");

    /// <summary>What is known of the terms.</summary>
    public const string Licence =
        "torchvision, which publishes the weights, is under the BSD 3-Clause licence; " +
        "it says that pretrained models may have terms of their own that derive from the data they were trained on, " +
        "and that it is for you to determine whether you may use them (https://github.com/pytorch/vision#pre-trained-model-license). " +
        "They were trained on ImageNet, whose terms allow non-commercial research and education.";

    /// <summary>The width and height of what is cut out of the middle of an image: what the networks see.</summary>
    public const int ImageSize = 224;

    public const int ClassCount = 1000;

    private const string First = "IMAGENET1K_V1";
    private const string Second = "IMAGENET1K_V2";
    private const int ResizedSizeOfSecond = 232;

    public static ImageNormalization Normalization => ImageNormalization.ImageNet;

    // Those that are better come later.
    public static IReadOnlyList<KnownWeights> All { get; } =
    [
        new(Network.ResNet18, First, "resnet18-f37072fd.pth"),
        new(Network.ResNet34, First, "resnet34-b627a593.pth"),
        new(Network.ResNet50, First, "resnet50-0676ba61.pth"),
        new(Network.ResNet50, Second, "resnet50-11ad3fa6.pth", ResizedSizeOfSecond),
        new(Network.ResNet101, First, "resnet101-63fe2227.pth"),
        new(Network.ResNet101, Second, "resnet101-cd907fc2.pth", ResizedSizeOfSecond),
        new(Network.ResNet152, First, "resnet152-394f9c45.pth"),
        new(Network.ResNet152, Second, "resnet152-f82ba261.pth", ResizedSizeOfSecond),
        new(Network.Vgg11, First, "vgg11_bn-6002323d.pth"),
        new(Network.Vgg13, First, "vgg13_bn-abd245e5.pth"),
        new(Network.Vgg16, First, "vgg16_bn-6c64b313.pth"),
        new(Network.Vgg19, First, "vgg19_bn-c79401a0.pth"),
        new(Network.DenseNet121, First, "densenet121-a639ec97.pth"),
        new(Network.MobileNetV2, First, "mobilenet_v2-b0353104.pth"),
        new(Network.MobileNetV2, Second, "mobilenet_v2-7ebf99e0.pth", ResizedSizeOfSecond),
        new(Network.MobileNetV3Small, First, "mobilenet_v3_small-047dcff4.pth"),
        new(Network.MobileNetV3Large, First, "mobilenet_v3_large-8738ca79.pth"),
        new(Network.MobileNetV3Large, Second, "mobilenet_v3_large-5c1a4163.pth", ResizedSizeOfSecond),
        new(Network.EfficientNetB0, First, "efficientnet_b0_rwightman-7f5810bc.pth", IsBicubic: true),
    ];

    /// <summary>The best weights of a network, or <see langword="null"/> where none are known.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="name">What torchvision calls them, where it is not to be the best.</param>
    public static KnownWeights? Find(NetworkDefinition definition, string? name = null) =>
        All.LastOrDefault(weights => weights.Definition.Equals(definition) && (name is null || weights.Name == name));

    /// <summary>The best weights of a network.</summary>
    /// <exception cref="InvalidOperationException">None are known.</exception>
    public static KnownWeights Get(NetworkDefinition definition) => Find(definition) ?? throw new InvalidOperationException(
        $"No weights trained on ImageNet are known for {definition}; there " +
        $"are some for {string.Join(", ", Network.Known.Where(known => Find(known.Value) is not null).Select(known => known.Key))}. " +
        "Choose one of these, give a file with weights, or train from scratch, with StartFrom set to PretrainedWeights.None.");

    /// <summary>The file to download.</summary>
    /// <param name="sha256">
    /// The whole SHA-256 of the file in hexadecimal digits, or <see langword="null"/> where the eight digits of its name are to do.
    /// </param>
    /// <param name="repository">The address of the folder that has it; <see langword="null"/> for torchvision's.</param>
    /// <exception cref="ArgumentException"><paramref name="sha256"/> is no SHA-256, or not that of the file of this name.</exception>
    public PublishedFile File(string? sha256 = null, Uri? repository = null)
    {
        var digits = FileName[(FileName.LastIndexOf('-') + 1)..FileName.LastIndexOf('.')];
        return new PublishedFile(
            new Uri(repository ?? Repository, FileName),
            FileName,
            sha256 is null ? digits : FileDigest.Checked(sha256, digits, FileName),
            LargestBytes: 2 * Definition.CreateGraph(ClassCount, ImageSize).Tensors.Sum(tensor => tensor.Bytes));
    }
}
