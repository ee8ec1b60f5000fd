using Plrs.MLNet.Images;
using Plrs.MLNet.Records;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// What decides which pixels a network sees of an image: the decoder and the way of resizing. A model's record has them of its training.
/// </summary>
internal static class PixelsRecord
{
    /// <summary>The decoder's name among the versions of a record.</summary>
    public const string Decoder = "SkiaSharp";

    /// <summary>What a model sees otherwise here than in its training, in words; <see langword="null"/> if nothing.</summary>
    /// <param name="record">The model's record, if it has one.</param>
    /// <param name="decoderVersion">The decoder's version here.</param>
    public static string? Warning(TrainingRecord? record, string decoderVersion)
    {
        if (record is null)
        {
            return null;
        }

        var resampling = record.Images.Resampling is { Length: > 0 } name ? $"'{name}'" : "SkiaSharp's 'medium' filter";
        var decoder = record.Versions.GetValueOrDefault(Decoder);
        string?[] differences =
        [
            record.Images.Resampling == Resampler.Name ? null : $"resized by {resampling}, and are resized by '{Resampler.Name}' here",
            decoder is null || Release(decoder) == Release(decoderVersion)
                ? null
                : $"decoded by {Decoder} {decoder}, and are decoded by {decoderVersion} here",
        ];
        return differences.OfType<string>().ToList() is { Count: > 0 } found
            ? $"The images that the model was trained on were {string.Join("; they were ", found)}. " +
                "Its probabilities may differ by some hundredths. Train it again for the same in both."
            : null;
    }

    // A patch changes no pixels, by its makers' rules.
    private static string Release(string version) => string.Join('.', version.Split('.').Take(2));
}
