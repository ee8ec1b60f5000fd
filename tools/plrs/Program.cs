using System.CommandLine.Invocation;
using PlrsTool;

var result = Tool.Create().Parse(args);
if (result.Action is ParseErrorAction error)
{
    // It goes to standard output, which is for results; 'plrs <command> --help' shows it, too.
    error.ShowHelp = false;
}

return result.Invoke();
