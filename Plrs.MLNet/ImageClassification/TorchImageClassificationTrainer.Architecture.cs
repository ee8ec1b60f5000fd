namespace Plrs.MLNet.ImageClassification;

public sealed partial class TorchImageClassificationTrainer
{
    /// <summary>The networks that can be trained. Parameter counts are with 10 classes.</summary>
    public enum Architecture
    {
        /// <summary>ResNet-20 for small images, 269,722 parameters (He et al. 2016, section 4.2, option A shortcuts).</summary>
        ResNet20,

        /// <summary>ResNet-32 for small images, 0.46 million parameters (He et al. 2016, section 4.2, option A shortcuts).</summary>
        ResNet32,

        /// <summary>ResNet-44 for small images, 0.66 million parameters (He et al. 2016, section 4.2, option A shortcuts).</summary>
        ResNet44,

        /// <summary>ResNet-56 for small images, 0.85 million parameters (He et al. 2016, section 4.2, option A shortcuts).</summary>
        ResNet56,

        /// <summary>ResNet-110 for small images, 1.73 million parameters (He et al. 2016, section 4.2, option A shortcuts).</summary>
        ResNet110,
    }
}
