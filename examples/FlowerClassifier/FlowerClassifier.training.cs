using Microsoft.ML;
using Plrs.MLNet;

namespace Flowers;

/// <summary>How the classifier is trained: Model Builder's steps, with this library's trainer and PLRS.</summary>
internal static partial class FlowerClassifier
{
    private static readonly string[] ImageExtensions = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"];

    /// <summary>Trains on a folder of images and saves the model.</summary>
    /// <param name="outputModelPath">The file of the model.</param>
    /// <param name="inputDataFolderPath">The folder, with a subfolder of images for each class.</param>
    public static void Train(string outputModelPath, string inputDataFolderPath)
    {
        var mlContext = new MLContext(seed: 1);
        var data = LoadImageFromFolder(mlContext, inputDataFolderPath);
        var model = RetrainModel(mlContext, data);
        SaveModel(mlContext, model, data, outputModelPath);
    }

    /// <summary>
    /// The images of a folder, each with the name of its subfolder as the label, in the order of their names: the file system's own order
    /// would be another on another machine, and with it the model. A file is read when its row is.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no images in subfolders, or those of one class alone.</exception>
    public static IDataView LoadImageFromFolder(MLContext mlContext, string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        }

        var classes = new DirectoryInfo(folder).GetDirectories().OrderBy(subfolder => subfolder.Name, StringComparer.Ordinal)
            .Select(subfolder => subfolder.GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal).Where(IsImage).ToArray())
            .Where(images => images.Length > 0)
            .ToArray();
        return classes switch
        {
            [] =>
                throw new InvalidDataException(
                    $"The folder '{folder}' has no subfolder with images. " +
                    $"Each class needs a subfolder with its name and its images ({string.Join(", ", ImageExtensions)})."),
            [[var image, ..]] => throw new InvalidDataException(
                $"The folder '{folder}' has images of one class alone, '{image.Directory!.Name}'. A classifier needs two classes or more."),
            _ => mlContext.Data.LoadFromEnumerable(classes.SelectMany(images => images).Select(file => new ModelInput
            {
                Label = file.Directory!.Name,
                ImageSource = File.ReadAllBytes(file.FullName),
            })),
        };
    }

    /// <summary>Trains the pipeline on other images.</summary>
    public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData) => BuildPipeline(mlContext).Fit(trainData);

    /// <summary>
    /// Saves a model with the columns that it was trained on. It is written beside its place and renamed: a full disk leaves the model that
    /// was there before.
    /// </summary>
    public static void SaveModel(MLContext mlContext, ITransformer model, IDataView data, string modelSavePath)
    {
        var temporary = $"{modelSavePath}.{Path.GetRandomFileName()}.tmp";
        try
        {
            mlContext.Model.Save(model, data.Schema, temporary);
            File.Move(temporary, modelSavePath, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// Label to key, the trainer, key to label. Training starts from the weights of Microsoft.ML.DnnImageFeaturizer.ResNet18, and each of
    /// its steps draws its learning rate from U[0.002, 0.005]; without the two numbers, a range test finds them first.
    /// </summary>
    public static IEstimator<ITransformer> BuildPipeline(MLContext mlContext) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification("Label", "ImageSource"))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .UsePlrs(0.002, 0.005)
            .WithProgress();

    private static bool IsImage(FileInfo file) => ImageExtensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase);
}
