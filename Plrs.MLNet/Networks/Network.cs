namespace Plrs.MLNet;

/// <summary>
/// The networks that come with the library, ready to be chosen; the classes they are made of take other depths, widths and dropout.
/// </summary>
public static class Network
{
    /// <summary>ResNet-20 for small images, 269,722 parameters with 10 classes (He et al. 2016, section 4.2, option A shortcuts).</summary>
    public static NetworkDefinition ResNet20 { get; } = new CifarResNet(depth: 20);

    /// <summary>
    /// ResNet-32 for small images, 0.46 million parameters with 10 classes (He et al. 2016, section 4.2, option A shortcuts).
    /// </summary>
    public static NetworkDefinition ResNet32 { get; } = new CifarResNet(depth: 32);

    /// <summary>
    /// ResNet-44 for small images, 0.66 million parameters with 10 classes (He et al. 2016, section 4.2, option A shortcuts).
    /// </summary>
    public static NetworkDefinition ResNet44 { get; } = new CifarResNet(depth: 44);

    /// <summary>
    /// ResNet-56 for small images, 0.85 million parameters with 10 classes (He et al. 2016, section 4.2, option A shortcuts).
    /// </summary>
    public static NetworkDefinition ResNet56 { get; } = new CifarResNet(depth: 56);

    /// <summary>
    /// ResNet-110 for small images, 1.73 million parameters with 10 classes (He et al. 2016, section 4.2, option A shortcuts).
    /// </summary>
    public static NetworkDefinition ResNet110 { get; } = new CifarResNet(depth: 110);

    /// <summary>WRN-28-10 for small images, 36.5 million parameters with 10 classes (Zagoruyko and Komodakis 2016).</summary>
    public static NetworkDefinition WideResNet28x10 { get; } = new WideResNet(depth: 28, width: 10);

    /// <summary>DenseNet-40-12 for small images, 1.0 million parameters with 10 classes (Huang et al. 2017, without bottlenecks).</summary>
    public static NetworkDefinition DenseNet40x12 { get; } = new DenseNet(depth: 40, growth: 12);

    /// <summary>
    /// VGG-16 with batch norm for images of 32×32, 14.7 million parameters with 10 classes (Simonyan and Zisserman 2015).
    /// </summary>
    public static NetworkDefinition Vgg16Small { get; } = new Vgg(16, isForSmallImages: true, dropout: 0);

    /// <summary>ResNet-18 for photos of 224×224, 11,689,512 parameters with 1,000 classes (He et al. 2016).</summary>
    public static NetworkDefinition ResNet18 { get; } = ResNet.OfDepth(18);

    /// <summary>
    /// The ResNet-18 of ML.NET's package <c>Microsoft.ML.DnnImageFeaturizer.ResNet18</c>, for photos of 224×224: that of He et al. 2016
    /// with one block more, 16,410,152 parameters with 1,000 classes. The package has its weights for ImageNet.
    /// </summary>
    public static NetworkDefinition MLNetResNet18 { get; } = new ResNet(hasBottlenecks: false, 2, 2, 2, 3);

    /// <summary>ResNet-34 for photos of 224×224, 21,797,672 parameters with 1,000 classes (He et al. 2016).</summary>
    public static NetworkDefinition ResNet34 { get; } = ResNet.OfDepth(34);

    /// <summary>ResNet-50 for photos of 224×224, 25,557,032 parameters with 1,000 classes (He et al. 2016).</summary>
    public static NetworkDefinition ResNet50 { get; } = ResNet.OfDepth(50);

    /// <summary>ResNet-101 for photos of 224×224, 44,549,160 parameters with 1,000 classes (He et al. 2016).</summary>
    public static NetworkDefinition ResNet101 { get; } = ResNet.OfDepth(101);

    /// <summary>ResNet-152 for photos of 224×224, 60,192,808 parameters with 1,000 classes (He et al. 2016).</summary>
    public static NetworkDefinition ResNet152 { get; } = ResNet.OfDepth(152);

    /// <summary>
    /// VGG-11 with batch norm for photos of 224×224, 132,868,840 parameters with 1,000 classes (Simonyan and Zisserman 2015).
    /// </summary>
    public static NetworkDefinition Vgg11 { get; } = new Vgg(11);

    /// <summary>
    /// VGG-13 with batch norm for photos of 224×224, 133,053,736 parameters with 1,000 classes (Simonyan and Zisserman 2015).
    /// </summary>
    public static NetworkDefinition Vgg13 { get; } = new Vgg(13);

    /// <summary>
    /// VGG-16 with batch norm for photos of 224×224, 138,365,992 parameters with 1,000 classes (Simonyan and Zisserman 2015).
    /// </summary>
    public static NetworkDefinition Vgg16 { get; } = new Vgg(16);

    /// <summary>
    /// VGG-19 with batch norm for photos of 224×224, 143,678,248 parameters with 1,000 classes (Simonyan and Zisserman 2015).
    /// </summary>
    public static NetworkDefinition Vgg19 { get; } = new Vgg(19);

    /// <summary>DenseNet-121 for photos of 224×224, 7,978,856 parameters with 1,000 classes (Huang et al. 2017).</summary>
    public static NetworkDefinition DenseNet121 { get; } = new DenseNetBC(121);

    /// <summary>MobileNetV2 for photos of 224×224, 3,504,872 parameters with 1,000 classes (Sandler et al. 2018).</summary>
    public static NetworkDefinition MobileNetV2 { get; } = new MobileNetV2();

    /// <summary>MobileNetV3-small for photos of 224×224, 2,542,856 parameters with 1,000 classes (Howard et al. 2019).</summary>
    public static NetworkDefinition MobileNetV3Small { get; } = new MobileNetV3(isLarge: false);

    /// <summary>MobileNetV3-large for photos of 224×224, 5,483,032 parameters with 1,000 classes (Howard et al. 2019).</summary>
    public static NetworkDefinition MobileNetV3Large { get; } = new MobileNetV3(isLarge: true);

    /// <summary>EfficientNet-B0 for photos of 224×224, 5,288,548 parameters with 1,000 classes (Tan and Le 2019).</summary>
    public static NetworkDefinition EfficientNetB0 { get; } = new EfficientNet();

    /// <summary>All of them by their names here, for command lines and settings; the case of a name does not matter.</summary>
    public static IReadOnlyDictionary<string, NetworkDefinition> Known { get; } = new Dictionary<string, NetworkDefinition>(
        StringComparer.OrdinalIgnoreCase)
    {
        [nameof(ResNet20)] = ResNet20,
        [nameof(ResNet32)] = ResNet32,
        [nameof(ResNet44)] = ResNet44,
        [nameof(ResNet56)] = ResNet56,
        [nameof(ResNet110)] = ResNet110,
        [nameof(WideResNet28x10)] = WideResNet28x10,
        [nameof(DenseNet40x12)] = DenseNet40x12,
        [nameof(Vgg16Small)] = Vgg16Small,
        [nameof(ResNet18)] = ResNet18,
        [nameof(MLNetResNet18)] = MLNetResNet18,
        [nameof(ResNet34)] = ResNet34,
        [nameof(ResNet50)] = ResNet50,
        [nameof(ResNet101)] = ResNet101,
        [nameof(ResNet152)] = ResNet152,
        [nameof(Vgg11)] = Vgg11,
        [nameof(Vgg13)] = Vgg13,
        [nameof(Vgg16)] = Vgg16,
        [nameof(Vgg19)] = Vgg19,
        [nameof(DenseNet121)] = DenseNet121,
        [nameof(MobileNetV2)] = MobileNetV2,
        [nameof(MobileNetV3Small)] = MobileNetV3Small,
        [nameof(MobileNetV3Large)] = MobileNetV3Large,
        [nameof(EfficientNetB0)] = EfficientNetB0,
    };
}
