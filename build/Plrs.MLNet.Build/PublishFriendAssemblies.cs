using Microsoft.Build.Framework;
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

    /// <summary>The folder that receives the copies; it is made when missing.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        Directory.CreateDirectory(OutputFolder);
        foreach (var friend in Friends)
        {
            var reference = References.FirstOrDefault(item => item.GetMetadata("Filename") == friend.ItemSpec);
            if (reference is null)
            {
                Log.LogError($"Friend access: the project has no reference to {friend.ItemSpec}.");
                continue;
            }

            var source = reference.GetMetadata("FullPath");
            var openTypes = friend.GetMetadata("OpenTypes").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            try
            {
                var image = File.ReadAllBytes(source);
                FriendMetadata.Publish(image, openTypes);
                File.WriteAllBytes(Path.Combine(OutputFolder, Path.GetFileName(source)), image);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException)
            {
                Log.LogError($"Friend access to {source} failed: {e.Message}");
            }
        }

        return !Log.HasLoggedErrors;
    }
}
