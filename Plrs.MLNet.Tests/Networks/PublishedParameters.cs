namespace Plrs.MLNet.Tests.Networks;

/// <summary>
/// How many parameters the known networks have in their papers or reference implementations: with 1,000 classes for photos, with 10 for
/// small images.
/// </summary>
internal static class PublishedParameters
{
    public static readonly IReadOnlyDictionary<string, long> ByName = new Dictionary<string, long>
    {
        ["ResNet20"] = 269_722,
        ["ResNet32"] = 464_154,
        ["ResNet44"] = 658_586,
        ["ResNet56"] = 853_018,
        ["ResNet110"] = 1_727_962,
        ["WideResNet28x10"] = 36_479_194,
        ["DenseNet40x12"] = 1_019_722,
        ["Vgg16Small"] = 14_728_266,
        ["ResNet18"] = 11_689_512,
        ["MLNetResNet18"] = 16_410_152, // 15,897,152 in the package, and a head of 512 × 1,000 with bias.
        ["ResNet34"] = 21_797_672,
        ["ResNet50"] = 25_557_032,
        ["ResNet101"] = 44_549_160,
        ["ResNet152"] = 60_192_808,
        ["Vgg11"] = 132_868_840,
        ["Vgg13"] = 133_053_736,
        ["Vgg16"] = 138_365_992,
        ["Vgg19"] = 143_678_248,
        ["DenseNet121"] = 7_978_856,
        ["MobileNetV2"] = 3_504_872,
        ["MobileNetV3Small"] = 2_542_856,
        ["MobileNetV3Large"] = 5_483_032,
        ["EfficientNetB0"] = 5_288_548,
    };
}
