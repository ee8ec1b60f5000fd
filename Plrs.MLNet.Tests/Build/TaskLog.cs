using System.Collections;
using Microsoft.Build.Framework;

namespace Plrs.MLNet.Tests.Build;

/// <summary>An MSBuild engine that keeps the errors and warnings of a task.</summary>
internal sealed class TaskLog : IBuildEngine
{
    public List<string> Errors { get; } = [];

    /// <summary>The file and the line of each error.</summary>
    public List<(string File, int Line)> Places { get; } = [];

    /// <summary>Each with its code before it.</summary>
    public List<string> Warnings { get; } = [];

    public bool ContinueOnError => false;

    public int LineNumberOfTaskNode => 0;

    public int ColumnNumberOfTaskNode => 0;

    public string ProjectFileOfTaskNode => "";

    public void LogErrorEvent(BuildErrorEventArgs e)
    {
        Errors.Add(e.Message!);
        Places.Add((e.File ?? "", e.LineNumber));
    }

    public void LogWarningEvent(BuildWarningEventArgs e) => Warnings.Add($"{e.Code}: {e.Message}");

    public void LogMessageEvent(BuildMessageEventArgs e)
    {
    }

    public void LogCustomEvent(CustomBuildEventArgs e)
    {
    }

    public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) =>
        throw new NotSupportedException();
}
