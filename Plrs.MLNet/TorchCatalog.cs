using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.ImageClassification;

namespace Plrs.MLNet;

/// <summary>Adds the TorchSharp-backed image classification trainer to <c>mlContext.MulticlassClassification.Trainers</c>.</summary>
public static class TorchCatalog
{
    /// <summary>
    /// Makes a trainer that trains an image classification network with TorchSharp; the counterpart of ML.NET's
    /// <c>ImageClassification</c>, which trains with TensorFlow.
    /// </summary>
    /// <param name="catalog">The trainers of <c>mlContext.MulticlassClassification</c>.</param>
    /// <param name="labelColumnName">The name of the label column, a key.</param>
    /// <param name="featureColumnName">The name of the column with the encoded images, a variable-size vector of bytes.</param>
    /// <param name="scoreColumnName">The name of the output column with the probability of each class.</param>
    /// <param name="predictedLabelColumnName">The name of the output column with the predicted class.</param>
    /// <param name="validationSet">The validation data; <see langword="null"/> to use a tenth of the training data.</param>
    /// <returns>The trainer, with the other settings at the defaults of <see cref="TorchImageClassificationTrainer.Options"/>.</returns>
    /// <exception cref="ArgumentException">A column name is empty.</exception>
    /// <exception cref="NotSupportedException">
    /// The loaded ML.NET or TorchSharp lacks what this library uses; the message names the versions that work.
    /// </exception>
    public static TorchImageClassificationTrainer TorchImageClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string scoreColumnName = DefaultColumnNames.Score,
        string predictedLabelColumnName = DefaultColumnNames.PredictedLabel,
        IDataView? validationSet = null) =>
        catalog.TorchImageClassification(new TorchImageClassificationTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ScoreColumnName = scoreColumnName,
            PredictedLabelColumnName = predictedLabelColumnName,
            ValidationSet = validationSet,
        });

    /// <summary>Makes a trainer that trains an image classification network with TorchSharp.</summary>
    /// <param name="catalog">The trainers of <c>mlContext.MulticlassClassification</c>.</param>
    /// <param name="options">The settings; later changes to the object do not reach the trainer.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentException">A setting is out of its range; the message names it and says what is allowed.</exception>
    /// <exception cref="NotSupportedException">
    /// The loaded ML.NET or TorchSharp lacks what this library uses; the message names the versions that work.
    /// </exception>
    public static TorchImageClassificationTrainer TorchImageClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        TorchImageClassificationTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        Dependencies.Check();
        return new TorchImageClassificationTrainer(CatalogUtils.GetEnvironment(catalog), options);
    }
}
