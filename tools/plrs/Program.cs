using System.CommandLine.Invocation;
using PlrsTool;

var result = Tool.Create().Parse(args);
if (result.Action is ParseErrorAction error)
{
    // They go to standard output, which is for results.
    error.ShowHelp = false;
    error.ShowTypoCorrections = false;
}

return result.Invoke();
