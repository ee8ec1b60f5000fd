using Plrs.MLNet.Records;

namespace Flowers.WebApi;

/// <summary>What an image shows.</summary>
/// <param name="Class">The most probable class.</param>
/// <param name="Scores">All classes, the most probable one first.</param>
internal sealed record Prediction(string Class, IReadOnlyList<ClassScore> Scores)
{
    /// <summary>The prediction of a model's scores.</summary>
    public static Prediction Of(IReadOnlyList<string> classes, float[] scores)
    {
        var sorted = classes.Zip(scores, (name, score) => new ClassScore(name, score))
            .OrderByDescending(score => score.Probability).ToArray();
        return new Prediction(sorted[0].Class, sorted);
    }
}

/// <summary>How probable a class is.</summary>
/// <param name="Class">The class.</param>
/// <param name="Probability">From 0 to 1; those of all classes add up to 1.</param>
internal sealed record ClassScore(string Class, float Probability);

/// <summary>What a page or program needs to know of the model.</summary>
/// <param name="Title">What the model is called.</param>
/// <param name="Network">The network that was trained.</param>
/// <param name="ImageSize">The width and height in pixels that images are brought to.</param>
/// <param name="Classes">The names of the classes.</param>
/// <param name="MaximumBytes">The most bytes of an image's file.</param>
/// <param name="MaximumPixels">The most pixels of an image.</param>
/// <param name="Training">How it was trained, if that is known.</param>
internal sealed record ModelDescription(
    string Title,
    string Network,
    int ImageSize,
    IReadOnlyList<string> Classes,
    int MaximumBytes,
    long MaximumPixels,
    TrainingCurves? Training);

/// <summary>The course of a training.</summary>
/// <param name="Epochs">The figures of each epoch that came to its end.</param>
/// <param name="LearningRates">The learning rates of steps, 200 at most.</param>
/// <param name="ValidationImages">The number of images that were validated on, and not trained on.</param>
/// <param name="MinimumLearningRate">L_min of PLRS; <see langword="null"/> for other schedules.</param>
/// <param name="MaximumLearningRate">L_max of PLRS; <see langword="null"/> for other schedules.</param>
internal sealed record TrainingCurves(
    IReadOnlyList<EpochFigures> Epochs, IReadOnlyList<StepRate> LearningRates, int ValidationImages, double? MinimumLearningRate,
    double? MaximumLearningRate)
{
    /// <summary>The course that a model's record tells of; <see langword="null"/> without a record.</summary>
    public static TrainingCurves? Of(TrainingRecord? record) => record is null ? null : new(
        [.. record.Epochs.Select(Of)],
        [.. Of(record.Schedule)],
        record.Images.Validation,
        Finite(record.Schedule.MinimumLearningRate),
        Finite(record.Schedule.MaximumLearningRate));

    private static EpochFigures Of(EpochRecord epoch) => new(
        epoch.Epoch + 1, Finite(epoch.CrossEntropy), Finite(epoch.Accuracy), Finite(epoch.ValidationCrossEntropy),
        Finite(epoch.ValidationAccuracy));

    private static IEnumerable<StepRate> Of(ScheduleRecord schedule) => schedule.LearningRates
        .Select((rate, i) => new StepRate((double)i * schedule.LearningRateInterval / schedule.StepsPerEpoch, rate))
        .Where(step => double.IsFinite(step.Epoch) && double.IsFinite(step.Rate));

    // JSON has no NaN and no infinity.
    private static double? Finite(double? figure) => figure is { } value && double.IsFinite(value) ? value : null;
}

/// <summary>The learning rate of a step.</summary>
/// <param name="Epoch">Where in the training the step is: 2.5 is the middle of the third epoch.</param>
/// <param name="Rate">The rate.</param>
internal sealed record StepRate(double Epoch, double Rate);

/// <summary>The figures of one epoch; those that are not known, or are no finite number, are <see langword="null"/>.</summary>
/// <param name="Epoch">Where in the training the epoch ends: 3 is the end of the third epoch.</param>
/// <param name="Loss">The cross-entropy on the training images.</param>
/// <param name="Accuracy">The share of the training images that were right, from 0 to 1.</param>
/// <param name="ValidationLoss">The cross-entropy on the validation images, where there are some.</param>
/// <param name="ValidationAccuracy">The share of the validation images that were right, where there are some.</param>
internal sealed record EpochFigures(int Epoch, double? Loss, double? Accuracy, double? ValidationLoss, double? ValidationAccuracy);
