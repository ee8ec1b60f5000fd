using Plrs.MLNet.Common;
using Plrs.MLNet.Images;

namespace Plrs.MLNet.Training;

/// <summary>Sets of features, from the workspace where they are there, computed and written to it otherwise.</summary>
/// <param name="extractor">Computes them.</param>
/// <param name="length">The length of an image's features.</param>
/// <param name="records">Where they are kept during the run.</param>
/// <param name="file">The workspace's file, or <see langword="null"/> without a workspace.</param>
internal sealed class FeatureSource(FeatureExtractor extractor, int length, RecordStore records, FeatureFile? file)
{
    /// <summary>The features of a set's images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="progress">Called before each batch with the number of images that are done; it may throw to end it.</param>
    /// <param name="log">Takes what happened, in words.</param>
    /// <param name="warn">Takes what could not be done, in words.</param>
    public FeatureSet Of(ImageSet images, Action<int> progress, Action<string> log, Action<string> warn)
    {
        var read = new FeatureSet(records, records.Count, images, length);
        if (file?.TryRead(images, length * sizeof(float), records) == true)
        {
            log($"The features of {images.Count} images are read from '{file.PathOf(images)}'.");
            return read;
        }

        var features = new FeatureSet(records, records.Count, images, length);
        extractor.Extract(images, records.Add, progress);
        log($"The features of {images.Count} images are computed.");
        try
        {
            file?.Write(images, length * sizeof(float), features);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            warn(
                $"The features could not be written to '{file!.PathOf(images)}', so that the next run computes them again: " +
                $"{Sentence.Of(e.Message)}");
        }

        return features;
    }
}
