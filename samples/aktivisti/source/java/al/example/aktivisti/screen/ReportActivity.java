package al.example.aktivisti.screen;

import al.example.aktivisti.R;
import al.example.aktivisti.net.ReportApi;
import al.example.aktivisti.score.DirectorateReport;
import android.os.Bundle;
import android.view.View;
import android.widget.EditText;

/** For those in charge: one report for each directorate. */
public class ReportActivity extends TimedActivity implements View.OnClickListener {
    private static final String INSTITUTION = "Ministria Shembull";

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_report);
        findViewById(R.id.export_pdf).setOnClickListener(this);
    }

    @Override
    public void onClick(View view) {
        EditText directorate = findViewById(R.id.directorate);
        String unit = directorate.getText().toString();
        DirectorateReport.exportDirectorateReport(INSTITUTION, unit, getCacheDir());
        ReportApi.announce(unit);
    }
}
