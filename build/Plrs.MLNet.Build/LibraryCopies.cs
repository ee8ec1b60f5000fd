using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = Microsoft.Build.Utilities.Task;

namespace Plrs.MLNet.Build;

/// <summary>
/// Makes changed copies of libraries that packages bring, to take their place in the output: see <c>Plrs.MLNet.targets</c>.
/// </summary>
public abstract class LibraryCopies : Task
{
    /// <summary>The libraries as they stand in their packages, with the metadata <c>PathInPackage</c>. They are only read.</summary>
    [Required]
    public ITaskItem[] Libraries { get; set; } = [];

    /// <summary>The folder that receives the copies. A copy that is right already is left as it is.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary>
    /// The copies of those libraries that needed one, with their metadata, which say where in the output a library belongs, and the
    /// metadata <c>Replaces</c>: the library's path.
    /// </summary>
    [Output]
    public ITaskItem[] Copies { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (Prepare())
        {
            Copies = [.. Libraries.Select(Copy).OfType<ITaskItem>()];
        }

        return !Log.HasLoggedErrors;
    }

    /// <summary>What is changed, for the error of a library where that fails.</summary>
    protected abstract string Purpose { get; }

    /// <summary>Checks the task's parameters.</summary>
    /// <returns>Whether copies are wanted.</returns>
    protected abstract bool Prepare();

    /// <summary>The changed bytes of a library; <see langword="null"/> where it is good as it is.</summary>
    /// <param name="path">Where the library stands.</param>
    /// <param name="image">Its bytes, which may be changed in place.</param>
    /// <exception cref="BadImageFormatException">The library is not what it should be.</exception>
    protected abstract byte[]? Change(string path, byte[] image);

    private TaskItem? Copy(ITaskItem library)
    {
        var source = library.GetMetadata("FullPath");
        try
        {
            if (Change(source, File.ReadAllBytes(source)) is not { } changed)
            {
                return null;
            }

            var copy = Path.Combine(OutputFolder, library.GetMetadata("PathInPackage"));
            if (FileUpdate.WriteIfChanged(copy, changed))
            {
                Log.LogMessage(MessageImportance.Normal, $"{copy}: {Purpose}.");
            }

            var item = new TaskItem(copy, library.CloneCustomMetadata());
            item.SetMetadata("Replaces", library.ItemSpec);
            return item;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            Log.LogError($"{Purpose} of {source} failed: {e.Message}");
            return null;
        }
    }
}
