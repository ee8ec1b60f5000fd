using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = Microsoft.Build.Utilities.Task;

namespace Plrs.MLNet.Build;

/// <summary>Writes reference-only copies of assemblies with their internal members visible; see <see cref="FriendMetadata"/>.</summary>
public sealed class PublishFriendAssemblies : Task
{
    /// <summary>The project's references, among which the friends are looked up by file name.</summary>
    [Required]
    public ITaskItem[] References { get; set; } = [];

    /// <summary>
    /// The names of the assemblies to copy. The metadata <c>OpenTypes</c> names, separated by semicolons, types whose
    /// private members are needed.
    /// </summary>
    [Required]
    public ITaskItem[] Friends { get; set; } = [];

    /// <summary>The folder that receives the copies. A copy that is right already is left as it is.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary>The copies, in the order of <see cref="Friends"/>.</summary>
    [Output]
    public ITaskItem[] Copies { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        Copies = [.. Friends.Select(Publish).OfType<ITaskItem>()];
        return !Log.HasLoggedErrors;
    }

    private TaskItem? Publish(ITaskItem friend)
    {
        var reference = References.FirstOrDefault(item => item.GetMetadata("Filename") == friend.ItemSpec);
        if (reference is null)
        {
            Log.LogError($"Friend access: the project has no reference to {friend.ItemSpec}.");
            return null;
        }

        var source = reference.GetMetadata("FullPath");
        var openTypes = friend.GetMetadata("OpenTypes").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        try
        {
            var image = File.ReadAllBytes(source);
            FriendMetadata.Publish(image, openTypes);
            var copy = Path.Combine(OutputFolder, Path.GetFileName(source));
            FileUpdate.WriteIfChanged(copy, image);
            return new TaskItem(copy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException or ArgumentException)
        {
            Log.LogError($"Friend access to {source} failed: {e.Message}");
            return null;
        }
    }
}
