using Microsoft.ML;
using Plrs.MLNet;

namespace Flowers;

/// <summary>How the classifier is trained: Model Builder's steps, with this library's trainer and PLRS.</summary>
internal static partial class FlowerClassifier
{
    private static readonly string[] ImageExtensions =
        [".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".jfi", ".pjpeg", ".pjp", ".png", ".webp", ".gif", ".bmp"];

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
    /// would be another on another machine, and with it the model. Images may lie at any depth. A file is read when its row is.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no images in subfolders, none in one of them, or those of one class alone.</exception>
    public static IDataView LoadImageFromFolder(MLContext mlContext, string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        }

        var classes = new DirectoryInfo(folder).GetDirectories().Where(subfolder => !IsHidden(subfolder) && !LeadsBack(subfolder, folder))
            .OrderBy(subfolder => subfolder.Name, StringComparer.Ordinal)
            .Select(subfolder => (subfolder.Name, Images: ImagesBelow(subfolder)
                .OrderBy(file => Path.GetRelativePath(subfolder.FullName, file.FullName), StringComparer.Ordinal).ToArray()))
            .ToArray();
        if (Array.TrueForAll(classes, kind => kind.Images.Length == 0))
        {
            throw new InvalidDataException(
                $"The folder '{folder}' has no subfolder with images. " +
                $"Each class needs a subfolder with its name and its images ({string.Join(", ", ImageExtensions)}).");
        }

        if (Array.Find(classes, kind => kind.Images.Length == 0) is { Name: { } empty })
        {
            throw new InvalidDataException(
                $"The subfolder '{empty}' of '{folder}' has no images ({string.Join(", ", ImageExtensions)}). " +
                "Put some into it, or remove it.");
        }

        return classes switch
        {
            [var (name, _)] => throw new InvalidDataException(
                $"The folder '{folder}' has images of one class alone, '{name}'. A classifier needs two classes or more."),
            _ => mlContext.Data.LoadFromEnumerable(classes.SelectMany(kind => kind.Images.Select(file => new ModelInput
            {
                Label = kind.Name,
                ImageSource = File.ReadAllBytes(file.FullName),
            }))),
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

    // Links to folders are not followed: they may lead in circles.
    private static IEnumerable<FileInfo> ImagesBelow(DirectoryInfo folder) =>
        folder.GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal).Where(IsImage)
            .Concat(folder.GetDirectories().OrderBy(below => below.Name, StringComparer.Ordinal)
                .Where(below => below.LinkTarget is null && !IsHidden(below)).SelectMany(ImagesBelow));

    private static bool LeadsBack(DirectoryInfo link, string folder) => link.ResolveLinkTarget(returnFinalTarget: true) is { } target
        && Path.GetRelativePath(target.FullName, Path.GetFullPath(folder)) is var way
        && !Path.IsPathRooted(way) && !way.StartsWith("..", StringComparison.Ordinal);

    private static bool IsImage(FileInfo file) =>
        !IsHidden(file) && ImageExtensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase);

    // macOS leaves a file "._1.jpg" beside "1.jpg", and network storage of Synology small copies of photos in "@eaDir".
    private static bool IsHidden(FileSystemInfo entry) => entry.Name.StartsWith('.') || entry.Name == "@eaDir";
}
